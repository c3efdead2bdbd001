"""The words of alerts, in English and in Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from yumen.alerts.values import Topic
from yumen.clock import iso
from yumen.notices import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from yumen.alerts.values import News

Language = Literal["en", "zh"]
NANO = 1_000_000_000
WHOLE = 100

SCOPES = {"organization": "组织", "workspace": "工作区", "key": "密钥", "member": "成员", "label": "标签"}
KINDS = {
    "requests_per_second": ("requests a second", "每秒请求数"),
    "requests_per_minute": ("requests a minute", "每分钟请求数"),
    "count_tokens_per_minute": ("calls of count_tokens a minute", "每分钟 count_tokens 调用数"),
    "batches_per_minute": ("calls of batches a minute", "每分钟批处理调用数"),
    "files_per_minute": ("calls of files a minute", "每分钟文件调用数"),
    "input_tokens_per_minute": ("input tokens a minute", "每分钟输入 token 数"),
    "output_tokens_per_minute": ("output tokens a minute", "每分钟输出 token 数"),
    "concurrent_requests": ("concurrent requests", "并发请求数"),
    "requests_per_month": ("requests a month", "每月请求数"),
    "spend_per_day": ("spend a day", "每日费用"),
    "spend_per_month": ("spend a month", "每月费用"),
}
Words = tuple[str, str]
"""A subject and a text."""


def message_of(news: News, language: Language) -> Message:
    """Return what is sent."""
    subject, text = words_of(news.topic, news.facts, language)
    return Message(f"Yumen: {subject}", text, f"{news.name}@{news.time_us}")


def words_of(topic: Topic, facts: Mapping[str, str | int], language: Language) -> Words:
    """Return a subject and a text."""
    english, chinese = WORDS[topic]
    return (chinese if language == "zh" else english)(facts)


def kind_in(kind: str, language: Language) -> str:
    """Return a kind of limit in words; the class of models that stands behind a colon follows in brackets."""
    bare, _, models = kind.partition(":")
    said = KINDS.get(bare, (bare, bare))[language == "zh"]
    return f"{said} ({models})" if models else said


def value_in(kind: str, value: str | int) -> str:
    """Return a limit's value for eyes."""
    if not kind.startswith("spend_"):
        return f"{int(value):,}"
    whole, rest = divmod(int(value), NANO)
    digits = f"{rest:09d}".rstrip("0")
    return f"${whole:,}.{digits:0<2}"


def named(facts: Mapping[str, str | int]) -> str:
    """Return what something is called: its name and its id, or its id alone."""
    name, identity = facts.get("name"), facts.get("id", facts.get("key", ""))
    return f"{name} ({identity})" if name and name != identity else str(identity)


def moment(facts: Mapping[str, str | int], fact: str) -> str:
    """Return a time to the second, UTC."""
    return iso(int(facts[fact]))[:19].replace("T", " ") + " UTC"


# ── English ─────────────────────────────────────────────────────────────────


def limit_english(facts: Mapping[str, str | int]) -> Words:
    """A part of a limit is used."""
    kind, percent = str(facts["kind"]), facts["percent"]
    said, value = kind_in(kind, "en"), value_in(kind, facts["limit"])
    subject = f"{percent} % of {said} is used by {facts['scope']} {named(facts)}"
    until = f" The period ends at {moment(facts, 'ends_us')}." if facts["ends_us"] else ""
    full = " What goes beyond it is refused, unless the limit only counts." if facts["percent"] == WHOLE else ""
    return subject, f"{percent} % of the limit of {value} ({said}) is used by {facts['scope']} {named(facts)}.{until}{full}"


def errors_english(facts: Mapping[str, str | int]) -> Words:
    """Many errors of an upstream."""
    subject = f"many errors of the upstream {facts['upstream']}"
    text = f"{facts['count']} calls or more within a minute ended by an error of the upstream {facts['upstream']}."
    return subject, f"{text} `yumen logs --outcome failed` and `yumen doctor` say more. This is told at most once an hour."


def network_english(facts: Mapping[str, str | int]) -> Words:
    """A key is used from a new network."""
    subject = f"the key {named(facts)} is used from a new network"
    text = f"The key {named(facts)} is used from {facts['address']} ({facts['network']}), a network that it was not used from before."
    return subject, f"{text} If nobody of yours sits there, revoke it: yumen keys revoke {facts['key']}"


def expiry_english(facts: Mapping[str, str | int]) -> Words:
    """A key is about to expire."""
    text = f"The key {named(facts)} expires at {moment(facts, 'expires_us')}. To replace it: yumen keys rotate {facts['key']}"
    return f"the key {named(facts)} is about to expire", text


def dependency_english(facts: Mapping[str, str | int]) -> Words:
    """Something fails, or is back."""
    if facts["state"] == "back":
        return f"{facts['what']} is back", f"{facts['what']} answers again."
    return f"{facts['what']} fails", f"{facts['what']} does not answer as it should ({facts['reason']}). It is told when it is back."


def model_english(facts: Mapping[str, str | int]) -> Words:
    """A model in use is about to end."""
    follow = f" {facts['successor']} could take its place." if facts["successor"] else ""
    text = f"The model {facts['model']}, which {facts['keys']} keys called in the last 30 days, stops answering on {facts['retires_on']}."
    return f"the model {facts['model']} ends in {facts['days']} days", f"{text}{follow} Which keys, and what to do: yumen models"


# ── Chinese ─────────────────────────────────────────────────────────────────


def limit_chinese(facts: Mapping[str, str | int]) -> Words:
    """A part of a limit is used."""
    kind, percent = str(facts["kind"]), facts["percent"]
    said, value = kind_in(kind, "zh"), value_in(kind, facts["limit"])
    scope = SCOPES.get(str(facts["scope"]), facts["scope"])
    subject = f"{scope} {named(facts)} 的{said}已用 {percent}%"
    until = f"本周期于 {moment(facts, 'ends_us')} 结束。" if facts["ends_us"] else ""
    full = "超出部分将被拒绝（仅计数的限额除外）。" if facts["percent"] == WHOLE else ""
    return subject, f"{scope} {named(facts)} 的限额（{said}，上限 {value}）已用 {percent}%。{until}{full}"


def errors_chinese(facts: Mapping[str, str | int]) -> Words:
    """Many errors of an upstream."""
    text = f"一分钟内有至少 {facts['count']} 次调用因上游 {facts['upstream']} 出错而结束。"
    return f"上游 {facts['upstream']} 错误频发", f"{text}详情见 `yumen logs --outcome failed` 和 `yumen doctor`。此提醒每小时最多一次。"


def network_chinese(facts: Mapping[str, str | int]) -> Words:
    """A key is used from a new network."""
    text = f"密钥 {named(facts)} 正从 {facts['address']}（{facts['network']}）使用，此前从未在该网段使用过。"
    return f"密钥 {named(facts)} 在新网段使用", f"{text}若非自己人所为，请撤销它：yumen keys revoke {facts['key']}"


def expiry_chinese(facts: Mapping[str, str | int]) -> Words:
    """A key is about to expire."""
    text = f"密钥 {named(facts)} 将于 {moment(facts, 'expires_us')} 过期。更换方法：yumen keys rotate {facts['key']}"
    return f"密钥 {named(facts)} 即将过期", text


def dependency_chinese(facts: Mapping[str, str | int]) -> Words:
    """Something fails, or is back."""
    if facts["state"] == "back":
        return f"{facts['what']} 已恢复", f"{facts['what']} 已恢复正常应答。"
    return f"{facts['what']} 出现故障", f"{facts['what']} 无法正常应答（{facts['reason']}）。恢复后会另行通知。"


def model_chinese(facts: Mapping[str, str | int]) -> Words:
    """A model in use is about to end."""
    follow = f"可由 {facts['successor']} 接替。" if facts["successor"] else ""
    text = f"模型 {facts['model']} 将于 {facts['retires_on']} 停止服务，最近 30 天有 {facts['keys']} 个密钥调用过它。"
    return f"模型 {facts['model']} 还有 {facts['days']} 天退役", f"{text}{follow}涉及哪些密钥、如何处理：yumen models"


WORDS: dict[Topic, tuple[Callable[[Mapping[str, str | int]], Words], Callable[[Mapping[str, str | int]], Words]]] = {
    Topic.LIMIT: (limit_english, limit_chinese),
    Topic.ERRORS: (errors_english, errors_chinese),
    Topic.NETWORK: (network_english, network_chinese),
    Topic.EXPIRY: (expiry_english, expiry_chinese),
    Topic.DEPENDENCY: (dependency_english, dependency_chinese),
    Topic.MODEL: (model_english, model_chinese),
}
