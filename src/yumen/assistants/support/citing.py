"""Turns Claude's answer into text with numbers, `[1]`, and what they stand for; a citation of something that was not given is dropped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from yumen.assistants.support.prompt import UNANSWERED
from yumen.assistants.support.quoting import cited
from yumen.assistants.support.values import Citation, Written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from yumen.assistants.support.values import Hit

NUMBER = re.compile(r"\s?\[(\d{1,3})\]")


def written_of(blocks: Iterable[Any], hits: Sequence[Hit], *, documents: bool) -> Written:
    """Return the answer of some content blocks of the SDK's."""
    texts = [block for block in blocks if block.type == "text"]
    if UNANSWERED in "".join(block.text for block in texts):
        return Written("", answered=False)
    numbers = Numbers(hits)
    if documents:
        text = "".join(with_marks(block, numbers) for block in texts)
    else:
        text = NUMBER.sub(numbers.renumbered, "".join(block.text for block in texts))
    return Written(text.strip(), tuple(numbers.citations), answered=bool(text.strip()))


class Numbers:
    """Gives each passage that is cited its number, in the order of the answer."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        """None is cited yet."""
        self._hits = hits
        self._of: dict[int, int] = {}
        self.citations: list[Citation] = []

    def mark(self, index: int, quote: str = "") -> str:
        """Return the mark of the passage at a place, from 0; nothing where there is none."""
        if not 0 <= index < len(self._hits):
            return ""
        if index not in self._of:
            self._of[index] = len(self._of) + 1
            self.citations.append(cited(self._of[index], self._hits[index], quote or self._hits[index].text))
        return f" [{self._of[index]}]"

    def renumbered(self, found: re.Match[str]) -> str:
        """Return the mark that stands for one which Claude wrote itself."""
        return self.mark(int(found[1]) - 1)


def with_marks(block: Any, numbers: Numbers) -> str:  # noqa: ANN401  (the SDK's type, which is loaded late)
    """Return a block's text with the marks of what it cites behind it."""
    marks = (numbers.mark(each.document_index, each.cited_text) for each in block.citations or ())
    text: str = block.text
    plain = text.rstrip()
    return plain + "".join(dict.fromkeys(marks)) + text[len(plain) :]
