"""Cuts a document's blocks into passages: never across a heading, at paragraphs where it can be, at sentences where it must be."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from yumen.assistants.documents.values import Block, Passage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_WEIGHT = 1200
"""A passage's most: about 300 tokens, so that six of them fit into any prompt. A Chinese character weighs as two Latin letters do."""
BETWEEN = " > "
SENTENCE = re.compile(r"(?<=[。！？；])|(?<=[.!?;])\s+|\n")
WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff]")


def passages_of(blocks: Iterable[Block], max_weight: int = MAX_WEIGHT) -> tuple[Passage, ...]:
    """Return the passages, in order."""
    above: list[str] = []
    held: list[Block] = []
    passages: list[Passage] = []
    for block in (piece for whole in blocks for piece in pieces(whole, max_weight)):
        if block.level or weight(held) + weight([block]) > max_weight:
            passages += joined(held, above)
            held = []
        if block.level:
            above = [*(above + [""] * block.level)[: block.level - 1], block.text]
        else:
            held.append(block)
    return (*passages, *joined(held, above))


def joined(blocks: list[Block], above: list[str]) -> Iterator[Passage]:
    """Yield the passage of some paragraphs, where there are any."""
    if blocks:
        heading = BETWEEN.join(filter(None, above))
        yield Passage("\n\n".join(block.text for block in blocks), heading, blocks[0].line, blocks[0].page)


def pieces(block: Block, max_weight: int) -> Iterator[Block]:
    """Yield a block in pieces that are short enough, cut at the ends of sentences."""
    if block.level or weight([block]) <= max_weight:
        yield block
        return
    line, held = block.line, ""
    for part in sentences(block.text, max_weight):
        if held and weigh(held) + weigh(part) > max_weight:
            yield Block(held.strip(), line=line, page=block.page)
            line, held = line + held.count("\n") * bool(line), ""
        held += part
    yield Block(held.strip(), line=line, page=block.page)


def sentences(text: str, max_weight: int) -> Iterator[str]:
    """Yield a text in sentences, with what stands between; one that is too long itself is cut anywhere."""
    ends = [0, *(found.end() for found in SENTENCE.finditer(text)), len(text)]
    for begin, end in pairwise(ends):
        for at in range(begin, end, max_weight // 2):
            yield text[at : min(end, at + max_weight // 2)]


def weight(blocks: list[Block]) -> int:
    """Return what some blocks weigh together."""
    return sum(weigh(block.text) for block in blocks)


def weigh(text: str) -> int:
    """Return a text's weight: one a character, two for those of Chinese."""
    return len(text) + len(WIDE.findall(text))
