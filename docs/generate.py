"""Print the pages, and the parts of pages, that come from the code; `--check` says where they differ and changes nothing.

A part stands between `<!-- begin NAME -->` and `<!-- end NAME -->`; a page that has no such marks is printed whole.
"""

from __future__ import annotations

import ast
import inspect
import json
import sys
from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from functools import partial
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

from yumen import __version__, errors, observe, settings
from yumen.cli import reference as commands
from yumen.console.api import OPERATIONS, describe
from yumen.errors import Fault, Retry, Source
from yumen.exchange import stages, states
from yumen.exchange.stages import Stages
from yumen.exchange.states import MOVES, State
from yumen.keys.values import Role
from yumen.organizations import Action, may
from yumen.organizations import faults as faults_of_organizations
from yumen.routes import states as circuits
from yumen.upstream import rules

DOCS = Path(__file__).resolve().parent


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` compare them; return 1 if a page differs."""
    check = "--check" in arguments
    differing = [name for name in PAGES if not same(name)]
    for name in differing:
        if check:
            print(f"docs/{name} is not what the code says: make docs")
        else:
            (DOCS / name).write_text(page(name))
            print(f"docs/{name}")
    return 1 if check and differing else 0


def same(name: str) -> bool:
    """Tell whether a page is what the code says."""
    path = DOCS / name
    return path.exists() and path.read_text() == page(name)


def page(name: str) -> str:
    """Return a page as it should be: whole, or with its marked parts put in."""
    parts = PAGES[name]
    if callable(parts):
        return parts()
    text = (DOCS / name).read_text()
    for mark, part in parts.items():
        begin, end = f"<!-- begin {mark} -->\n", f"<!-- end {mark} -->\n"
        # Split, not substituted: a printed part may hold backslashes.
        before, _, rest = text.partition(begin)
        text = before + begin + part() + end + rest.partition(end)[2]
    return text


def picture_of_states() -> str:
    """Return the exchange's state table as a Mermaid picture, and what each state means."""
    return picture(State, MOVES, sentences(states, State.__name__))


def picture_of_circuit() -> str:
    """Return the same of an upstream's circuit."""
    return picture(circuits.Circuit, circuits.MOVES, sentences(circuits, circuits.Circuit.__name__))


def picture(kind: type[StrEnum], moves: Mapping[Any, Collection[Any]], meanings: Mapping[str, str]) -> str:
    """Return a table of states as a Mermaid picture, and what each state means."""
    drawn = [f"    {here} --> {there}" for here in kind for there in kind if there in moves[here]]
    ends = [f"    {state} --> [*]" for state in kind if not moves[state]]
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {next(iter(kind))}", *drawn, *ends, "```"]
    table = ["| state | what it means |", "| --- | --- |", *(f"| `{state}` | {meanings[state.name]} |" for state in kind)]
    return "\n".join([*lines, "", *table]) + "\n"


def sentences(module: ModuleType, name: str) -> dict[str, str]:
    """Return the sentence that stands below each member of a class in the source."""
    tree = ast.parse(inspect.getsource(module))
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name)
    found: dict[str, str] = {}
    for member, sentence in pairwise(body):
        match member, sentence:
            case (
                (ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name))),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                found[name] = text
            case _:
                pass
    return found


def steps() -> str:
    """Return the steps of a request in their order, and who does each."""
    lines = [
        f"| {number} | `{name}` | {sentence} |" for number, (name, sentence) in enumerate(sentences(stages, Stages.__name__).items(), 1)
    ]
    return "\n".join(["| | step | whose, and what |", "| --- | --- | --- |", *lines]) + "\n"


def faults() -> list[type[Fault]]:
    """Return every fault that can reach a caller, in the order of the source."""
    found = [one for one in vars(errors).values() if inspect.isclass(one) and issubclass(one, Fault) and one.__module__ == errors.__name__]
    return [one for one in found if one not in {Fault, errors.CallerFault, errors.UpstreamFault}]


SOURCES = {
    Source.CALLER: ("The caller's", "调用方的错误"),
    Source.GATEWAY: ("The gateway's", "网关的错误"),
    Source.UPSTREAM: ("The upstream's", "上游的错误"),
}
RETRIES = {
    Retry.NEVER: ("no", "否"),
    Retry.SAME: ("yes", "是"),
    Retry.ELSEWHERE: ("yes", "是"),
    Retry.AFTER: ("yes, after `retry-after`", "是,等 `retry-after` 之后"),
    Retry.UNSENT: (
        "only where nothing can have been charged ([reliability](reliability.md))",
        "仅当上游不可能已计费时([可靠性](reliability.zh-CN.md))",
    ),
}


def errors_in_english() -> str:
    """Return the page of errors."""
    lines = [
        "# Errors",
        "",
        "Every refusal of the gateway's has Claude's shape: its status, its envelope, `request-id`, `x-should-retry`, and",
        "`retry-after` where a wait helps. The messages below are the plain ones; some calls get one that says more.",
        "[中文](errors.zh-CN.md). This page is printed from the code (`make docs`).",
        "",
        "```json",
        '{"type": "error", "error": {"type": "authentication_error", "message": "…"}, "request_id": "req_…"}',
        "```",
    ]
    for source, (title, _) in SOURCES.items():
        lines += ["", f"## {title}", "", "| status | type | message | retry |", "| --- | --- | --- | --- |"]
        lines += [row(fault, RETRIES[fault.retry][0]) for fault in faults() if fault.source is source]
    return "\n".join(lines) + "\n"


def errors_in_chinese() -> str:
    """Return the page of errors with what each means, in Chinese; messages stay as they are on the wire."""
    lines = [
        "# 错误一览",
        "",
        "网关的每一次拒绝都与 Claude 的形式相同:状态码、错误信封、`request-id`、`x-should-retry`,需要等待时还有 `retry-after`。",
        "线上的消息保持英文原文,本页给出解释;个别请求得到的消息会更具体。[English](errors.md)。本页由代码生成(`make docs`)。",
    ]
    for source, (_, title) in SOURCES.items():
        lines += ["", f"## {title}", "", "| 状态 | 类型 | 消息 | 可否重试 | 含义与处理 |", "| --- | --- | --- | --- | --- |"]
        lines += [f"{row(fault, RETRIES[fault.retry][1])} {fault.chinese} |" for fault in faults() if fault.source is source]
    return "\n".join(lines) + "\n"


def row(fault: type[Fault], retry: str) -> str:
    """Return a fault's line of a table."""
    return f"| {fault.status} | `{fault.error_type}` | {errors.first_line(fault)} | {retry} |"


def roles(title: str) -> str:
    """Return the table of actions and roles."""
    lines = [f"| `{action}` | {' | '.join('×' if may(role, action) else '' for role in Role)} |" for action in Action]
    return "\n".join([f"| {title} | {' | '.join(Role)} |", "| --- |" + " :-: |" * len(Role), *lines]) + "\n"


def organization_faults(*, chinese: bool) -> str:
    """Return what is refused in organizations."""
    columns = ("状态", "类型", "消息", "含义") if chinese else ("status", "type", "message")
    lines = [
        f"| {one.status} | `{one.error_type}` | {errors.first_line(one)} |" + (f" {one.chinese} |" if chinese else "")
        for one in vars(faults_of_organizations).values()
        if isinstance(one, type) and issubclass(one, Fault) and one.__module__ == faults_of_organizations.__name__
    ]
    return "\n".join([f"| {' | '.join(columns)} |", "|" + " --- |" * len(columns), *lines]) + "\n"


def routes(*, chinese: bool) -> str:
    """Return the table of the admin API's routes and who may use them."""
    rows = []
    for operation in OPERATIONS:
        who = ("所有人" if chinese else "everybody") if operation.action is None else ", ".join(operation.roles)
        what = "" if chinese else f" {operation.summary} |"
        rows.append(f"| `{operation.method} {operation.path}` |{what} {who} |")
    head = ["| 路由 | 角色 |", "| --- | --- |"] if chinese else ["| route | what it does | roles |", "| --- | --- | --- |"]
    return "\n".join([*head, *rows]) + "\n"


KINDS_IN_CHINESE = {
    rules.Kind.RETRY: "立即改用另一个上游;没有时,停顿后再次请求同一个",
    rules.Kind.ELSEWHERE: "立即改用另一个上游;没有时交给调用方",
    rules.Kind.RENEW: "重新获取一次凭据后再试;否则改用另一个上游,再否则交给调用方",
    rules.Kind.RESEND: "放弃;重复一次不花钱的(GET、HEAD、count_tokens)或设置了 `retry.resend_lost` 时,同 `retry`",
    rules.Kind.PASS: "交给调用方",
}
FAILED_IN_CHINESE = {
    rules.Failed.REFUSED: "同样的请求会再次得到的错误:400、403、404、413 及其他未列出的状态",
    rules.Failed.UNAUTHORIZED: "401:上游不接受我们的凭据",
    rules.Failed.SPENT: "402;带消费上限代码的 429;说明余额或上限已用完的 400",
    rules.Failed.UNABLE: "501、505:上游做不到",
    rules.Failed.SLOW: "408:请求没有及时到达上游",
    rules.Failed.CONFLICT: "409",
    rules.Failed.LIMITED: "429:上游限流",
    rules.Failed.TROUBLED: "5xx:上游自身出错",
    rules.Failed.OVERLOADED: "529:上游过载",
    rules.Failed.UNREACHABLE: "连接不上:地址、代理、TLS",
    rules.Failed.FULL: "到该上游的连接已全部占用",
    rules.Failed.KEYLESS: "取不到该上游的凭据",
    rules.Failed.LOST: "连接中断、上游沉默过久,或应答不是 HTTP",
}
RETRIES_HEADS = {
    False: ("what failed", "not all of it was sent", "all of it was sent", "the caller has seen something"),
    True: ("失败的情形", "请求未完整发出", "请求已完整发出", "调用方已看到应答的开头"),
}


def retries(*, chinese: bool) -> str:
    """Return the table of what follows a failed attempt, and what its words mean."""
    what = {kind: sentence for (_, sentence), kind in zip(sentences(rules, rules.Failed.__name__).items(), rules.Failed, strict=True)}
    means = {kind: sentence for (_, sentence), kind in zip(sentences(rules, rules.Kind.__name__).items(), rules.Kind, strict=True)}
    if chinese:
        what, means = FAILED_IN_CHINESE, KINDS_IN_CHINESE
    lines = []
    for failed in rules.Failed:
        rows = [rules.TABLE[failed, rules.Sent.NOT, False], rules.TABLE[failed, rules.Sent.WHOLLY, False]]
        rows.append(rules.TABLE[failed, rules.Sent.WHOLLY, True])
        lines.append(f"| {what[failed]} | {' | '.join(f'`{row.kind}` ({row.why})' for row in rows)} |")
    head = RETRIES_HEADS[chinese]
    words = [f"| `{kind}` | {means[kind]} |" for kind in rules.Kind]
    columns = ("| 词 | 含义 |", "| --- | --- |") if chinese else ("| word | what is done |", "| --- | --- |")
    return "\n".join([f"| {' | '.join(head)} |", "|" + " --- |" * len(head), *lines, "", *columns, *words]) + "\n"


def description() -> str:
    """Return the admin API's OpenAPI description."""
    return json.dumps(describe(OPERATIONS, __version__), indent=1, ensure_ascii=False) + "\n"


PAGES: dict[str, Callable[[], str] | dict[str, Callable[[], str]]] = {
    "admin-api.md": {"routes": partial(routes, chinese=False)},
    "admin-api.zh-CN.md": {"routes": partial(routes, chinese=True)},
    "routes.md": {"circuit": picture_of_circuit},
    "architecture.md": {"steps": steps, "states": picture_of_states},
    "commands.md": commands.english_page,
    "commands.zh-CN.md": commands.chinese_page,
    "errors.md": errors_in_english,
    "errors.zh-CN.md": errors_in_chinese,
    "metrics.md": observe.metrics_page,
    "openapi.json": description,
    "organizations.md": {"roles": partial(roles, "action"), "faults": partial(organization_faults, chinese=False)},
    "organizations.zh-CN.md": {"roles": partial(roles, "操作"), "faults": partial(organization_faults, chinese=True)},
    "reliability.md": {"retries": partial(retries, chinese=False)},
    "reliability.zh-CN.md": {"retries": partial(retries, chinese=True)},
    "settings.md": settings.english_page,
    "settings.zh-CN.md": settings.chinese_page,
}
"""Each page and what prints it, whole or by its marked parts."""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
