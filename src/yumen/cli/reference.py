"""Prints docs/commands.md and docs/commands.zh-CN.md from the commands themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yumen.cli.program import COMMANDS, load
from yumen.words import Words
from yumen.words.chinese import CHINESE

if TYPE_CHECKING:
    from collections.abc import Iterator

BAR = "\\|"
"""A bar that does not end a table's cell."""

ENGLISH_HEAD = """# Commands

Every command that reads the data folder takes `--data`; what else decides is on the page of [settings](settings.md). Exit code 0: done;
1: failed, with one sentence on stderr; 2: misused. On a terminal tables are drawn (`NO_COLOR` takes the colours away); in a pipe there
is a line of names and a line a row, with tabs between, and new columns come last. Words follow `LC_ALL`, `LC_MESSAGES`, `LANG`.
[中文](commands.zh-CN.md). This page is printed from the code (`make docs`).
"""
CHINESE_HEAD = """# 命令

读取数据目录的命令都接受 `--data`;其他决定因素见[设置](settings.zh-CN.md)。退出码 0:完成;1:失败,stderr 上有一句说明;2:用法有误。
在终端上输出表格(`NO_COLOR` 去掉颜色);在管道中首行为列名,其后每行一条,以制表符分隔,新列只会加在最后。
语言取自 `LC_ALL`、`LC_MESSAGES`、`LANG`。
[English](commands.md)。本页由代码生成(`make docs`)。
"""


def english_page() -> str:
    """Return docs/commands.md."""
    return page(ENGLISH_HEAD, Words({}), ("option", "default", "what it is"))


def chinese_page() -> str:
    """Return docs/commands.zh-CN.md."""
    return page(CHINESE_HEAD, Words(CHINESE), ("选项", "默认值", "说明"))


def page(head: str, words: Words, columns: tuple[str, str, str]) -> str:
    """Return a page in the language of the words."""
    parts = [part for name in COMMANDS for part in described(f"yumen {name}", load(name, words), columns)]
    return "\n".join([head, *parts])


def described(path: str, command: Any, columns: tuple[str, str, str]) -> Iterator[str]:  # noqa: ANN401  (Typer keeps its types to itself)
    """Yield the parts about a command and its sub-commands."""
    usage = " ".join([path, *(parameter.metavar for parameter in command.params if parameter.param_type_name == "argument")])
    yield f"## `{usage}`\n\n{command.help}\n"
    options = [row(parameter) for parameter in command.params if parameter.param_type_name == "option"]
    arguments = [f"| `{argument.metavar}` | – | {argument.help} |" for argument in command.params if argument.param_type_name == "argument"]
    if options or arguments:
        yield "\n".join([f"| {' | '.join(columns)} |", "| --- | --- | --- |", *arguments, *options, ""])
    for name, inner in getattr(command, "commands", {}).items():
        yield from described(f"{path} {name}", inner, columns)


def row(option: Any) -> str:  # noqa: ANN401  (the same)
    """Return an option's line."""
    names = ", ".join([*option.opts, *option.secondary_opts])
    value = "" if option.is_flag else f" {option.metavar}"
    default = "–" if option.default in (None, False) else f"`{option.default}`"
    return f"| `{(names + value).replace('|', BAR)}` | {default} | {option.help} |"
