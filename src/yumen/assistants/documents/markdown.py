"""Markdown: headings and blocks as CommonMark has them; a block keeps the text that its author wrote."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from yumen.assistants.documents.plain import read_text
from yumen.assistants.documents.values import Block

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from markdown_it.token import Token

FRONT_MATTER = re.compile(r"\A---\n.*?^(?:---|\.\.\.)\n", re.DOTALL | re.MULTILINE)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def read_markdown(path: Path) -> Iterator[Block]:
    """Yield the headings and blocks of a Markdown file."""
    return markdown_blocks(read_text(path))


def markdown_blocks(source: str) -> Iterator[Block]:
    """Yield the headings and blocks of a text in Markdown."""
    text = blanked(source)
    lines = text.split("\n")
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    for place, token in enumerate(tokens):
        if token.level == 0 and token.map is not None and token.nesting >= 0:
            yield from block_of(token, tokens[place + 1 : place + 2], lines)


def block_of(token: Token, after: list[Token], lines: list[str]) -> Iterator[Block]:
    """Yield a token of the outermost level as a block, where it says anything."""
    first, end = token.map or (0, 0)
    if token.type == "heading_open":
        yield Block(after[0].content.strip(), level=int(token.tag[1]), line=first + 1)
        return
    text = "\n".join(lines[first:end]).strip()
    if text and token.type != "hr":
        yield Block(text, line=first + 1)


def blanked(text: str) -> str:
    """Return the text with its front matter and comments as empty lines: nobody shall be told them, and lines keep their numbers."""
    for pattern in (FRONT_MATTER, COMMENT):
        text = pattern.sub(lambda found: "\n" * found[0].count("\n"), text)
    return text
