"""What is wrong with a field, in Chinese: the admin API's sentences by their patterns, since a field's name stands in each."""

from __future__ import annotations

import re

TWINS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), twin)
    for pattern, twin in (
        (r"(?P<field>[^:]+): Field required", "{field}：必填。"),
        (r"(?P<field>[^:]+): Extra inputs are not permitted", "{field}：不接受此字段。"),
        (r"(?P<field>[^:]+): String should have at least (?P<n>\d+) characters?", "{field}：至少 {n} 个字符。"),
        (r"(?P<field>[^:]+): String should have at most (?P<n>\d+) characters?", "{field}：最多 {n} 个字符。"),
        (r"(?P<field>[^:]+): String should match pattern '(?P<n>.*)'", "{field}：格式不符，应匹配 {n}。"),
        (r"(?P<field>[^:]+): String should have no control characters", "{field}：不能含控制字符。"),
        (r"(?P<field>[^:]+): List should have at least (?P<n>\d+) item\(s\)", "{field}：至少 {n} 项。"),
        (r"(?P<field>[^:]+): List should have at most (?P<n>\d+) items", "{field}：最多 {n} 项。"),
        (r"(?P<field>[^:]+): Input should be greater than or equal to (?P<n>-?\d+)", "{field}：不得小于 {n}。"),
        (r"(?P<field>[^:]+): Input should be less than or equal to (?P<n>-?\d+)", "{field}：不得大于 {n}。"),
        (r"(?P<field>[^:]+): Input should be one of the values that are allowed here, not (?P<n>.*)", "{field}：不接受 {n}。"),
        (r"(?P<field>[^:]+): Input should be a valid integer", "{field}：应为整数。"),
        (r"(?P<field>[^:]+): Input should be a time such as (?P<n>.*)", "{field}：应为时间，例如 {n}。"),
        (r"(?P<field>[^:]+): Input should be an? (?:valid )?(?P<n>\w+)", "{field}：类型应为 {n}。"),
        (r"The role (?P<role>\w+) may not do this: (?P<n>.*) is for .*", "角色 {role} 无权执行此操作（{n}）。"),
        (r"The role (?P<role>\w+) may not give or take away the role (?P<n>\w+)", "角色 {role} 无权授予或收回角色 {n}。"),
    )
)


def in_chinese(sentence: str) -> str:
    """Return a sentence's twin by its pattern, or the sentence itself."""
    for pattern, twin in TWINS:
        found = pattern.fullmatch(sentence)
        if found is not None:
            return twin.format(**found.groupdict())
    return sentence
