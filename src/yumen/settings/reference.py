"""Prints docs/settings.md and docs/settings.zh-CN.md from the options."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec

from yumen.settings.options import OPTIONS, SECTIONS
from yumen.settings.sending import Environment, Price, Upstream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yumen.settings.options import Option

ENGLISH_HEAD = """# Settings

Every command resolves its settings alike, later over earlier: the default, `yumen.toml` (`--config`, else `YUMEN_CONFIG`, else the
data folder's), the environment, the command's option. A name that does not exist and a value that will not do stop the start with
one sentence. Durations end in `_s` (seconds), sizes in `_mb` or `_bytes`; a variable holds a list with commas between.
[中文](settings.zh-CN.md). This page is printed from the code (`make docs`).
"""
CHINESE_HEAD = """# 设置

所有命令以同样的顺序决定设置,后者优先:默认值、`yumen.toml`(`--config`,否则 `YUMEN_CONFIG`,否则数据目录中的文件)、环境变量、命令行选项。
不存在的名称或不合适的值会使启动以一句话停止。时长以 `_s`(秒)结尾,大小以 `_mb` 或 `_bytes` 结尾;环境变量中的列表用逗号分隔。
[English](settings.md)。本页由代码生成(`make docs`)。
"""
TABLES: dict[str, type[msgspec.Struct]] = {
    '`[prices."MODEL"]`': Price,
    "`[upstreams.NAME]`": Upstream,
    "`[environments.NAME]`": Environment,
}
"""The tables that have a name of the operator's choice."""
CHINESE_SECTIONS = {
    "": "网关",
    "timeouts": "时限",
    "capacity": "容量：大小和数量的上限",
    "database": "密钥、组织、限额和账本存放在哪里；不填 URL 时用数据目录里的 SQLite 文件",
    "redis": "多个进程或机器共用限额时在哪里计数；不填 URL 时在本进程内计数",
    "limits": "速率限制、配额和消费限额如何统计",
    "organizations": "谁可以注册，如何注册",
    "mail": "邮件服务器；未配置时用 `yumen signups` 查看验证码",
    "sms": "发送短信的 HTTP webhook",
    "alerts": "限额将尽、错误突发、密钥和依赖出问题时通知谁；密钥用引用指明（见 docs/secrets.zh-CN.md）",
    "tls": "监听侧的 TLS",
    "keys": "如何关注密钥的变化",
    "retry": "上游失败或限流时怎么办",
    "secrets": "凭据从哪里来，一份凭据用多久",
    "idempotency": "带 `Idempotency-Key` 的请求：重复的请求得到第一次的应答，不再收费",
    "sessions": "网关替调用方存储的对话（用 `x-yumen-session` 指明）",
    "contents": "设置了 `--content errors` 或 `all` 的密钥：保存其请求与应答（见 docs/content.zh-CN.md）",
    "encryption": "存储的内容以什么密钥加密（见 docs/encryption.zh-CN.md）",
    "legacy": "`POST /v1/complete`:已退役模型的去向",
    "sandbox": "沙箱（离线的 Claude）",
    "ledger": "账本",
    "log": "日志（数据目录中的 `claude_api.log` 与控制台）",
}


def english_page() -> str:
    """Return docs/settings.md."""
    heads = {"": "The gateway"} | {name: first_sentence(kind) for name, kind in SECTIONS.items()}
    return (
        ENGLISH_HEAD
        + "".join(
            section(name, head, "| setting | default | variable | what it is |", [row(option, option.english) for option in inside(name)])
            for name, head in heads.items()
        )
        + "".join(tables("A table {path} has {fields} (`?`: may be left out)."))
    )


def chinese_page() -> str:
    """Return docs/settings.zh-CN.md."""
    return (
        CHINESE_HEAD
        + "".join(
            section(name, head, "| 设置 | 默认值 | 环境变量 | 说明 |", [row(option, option.chinese) for option in inside(name)])
            for name, head in CHINESE_SECTIONS.items()
        )
        + "".join(tables("表 {path} 的字段：{fields}（`?` 表示可省略）。"))
    )


def inside(section_name: str) -> list[Option]:
    """Return the options of a section; the empty name: those without one."""
    return [option for option in OPTIONS.values() if option.name.rpartition(".")[0] == section_name]


def section(name: str, head: str, columns: str, rows: list[str]) -> str:
    """Return a section of a page."""
    title = f"`[{name}]` {head}" if name else head
    return "\n".join(["", f"## {title}", "", columns, "| --- | --- | --- | --- |", *rows, ""])


def row(option: Option, sentence: str) -> str:
    """Return an option's line of a table."""
    values = option.expects()[1]
    named = str(values.get("choices", "")).split(", ")
    choices = "" if f"`{named[0]}`" in sentence or not named[0] else f" ({', '.join(f'`{name}`' for name in named)})"
    variable = "–" if option.is_table else f"`{option.variable}`"
    return f"| `{option.name.rpartition('.')[2]}` | {shown(option.default)} | {variable} | {sentence}{choices} |"


def shown(default: object) -> str:
    """Return a default as TOML writes it."""
    if default in (None, (), {}):
        return "–"
    return f"`{json.dumps(default, ensure_ascii=False)}`"


def tables(sentence: str) -> Iterator[str]:
    """Yield what stands in the tables that have a name of the operator's choice."""
    for path, kind in TABLES.items():
        fields = [f"`{field.name}`" + ("" if field.required else "?") for field in msgspec.structs.fields(kind)]
        yield "\n" + sentence.format(path=path, fields=", ".join(fields)) + "\n"


def first_sentence(kind: type[msgspec.Struct]) -> str:
    """Return a section's heading."""
    return (kind.__doc__ or "").splitlines()[0].rstrip(".")
