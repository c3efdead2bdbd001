"""Cuts documents into parts that fit a prompt: between passages, so at paragraphs and headings. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.assistants.summaries.values import Part
from yumen.claude import estimate_text
from yumen.claude.models import find_model

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from yumen.assistants.documents import Document

ERROR = 0.3
"""How far an estimate may be too low (claude/tokens.py)."""
UNKNOWN_WINDOW = 200_000
"""For a model that the catalogue lacks: the least that any model of today takes."""
RESERVED = 16_000
"""Tokens that are left for the instructions and the answer."""
PART_TOKENS = 40_000
"""A part's most: what is read in smaller parts is told more faithfully, and side by side."""


def room_in(model: str, window: int | None = None) -> int:
    """Return how many tokens of documents, by estimate, a prompt may hold: of the model's window, or of a smaller one."""
    known = find_model(model)
    most = known.max_input_tokens if known else UNKNOWN_WINDOW
    whole = min(most, window or most)
    return max(1, int((whole - min(RESERVED, whole // 3)) / (1 + ERROR)))


def whole_of(documents: Sequence[Document]) -> list[Part]:
    """Return each document as one part."""
    return [Part(document.path.name or document.title, document.text) for document in documents]


def parts_of(documents: Iterable[Document], model: str, most: int) -> list[Part]:
    """Return documents in parts of at most so many tokens, by estimate; a passage alone may be more only where it cannot be cut."""
    return [part for document in documents for part in cut(document, model, min(most, PART_TOKENS))]


def cut(document: Document, model: str, most: int) -> Iterator[Part]:
    """Yield the parts of one document. A heading is told again where a new part begins below it."""
    held: list[str] = []
    tokens, above, number = 0, "", 1
    for passage in document.passages:
        lines = [passage.heading] * bool(passage.heading and (not held or passage.heading != above)) + [passage.text]
        weight = sum(estimate_text(line, model) for line in lines)
        if held and tokens + weight > most:
            yield Part(f"{document.path.name or document.title} ({number})", "\n\n".join(held))
            held, tokens, number = [passage.heading] * bool(passage.heading), 0, number + 1
            lines = [passage.text]
        held += lines
        tokens += weight
        above = passage.heading
    if held:
        yield Part(f"{document.path.name or document.title} ({number})", "\n\n".join(held))


def groups(parts: Sequence[Part], model: str, most: int) -> list[list[Part]]:
    """Return parts in groups that fit together; each has two at least, so that merging comes to an end."""
    found: list[list[Part]] = [[]]
    tokens = 0
    for part in parts:
        weight = estimate_text(part.text, model)
        if len(found[-1]) > 1 and tokens + weight > most:
            found.append([])
            tokens = 0
        found[-1].append(part)
        tokens += weight
    if len(found) > 1 and len(found[-1]) == 1:
        last = found.pop()
        found[-1] += last
    return found


def tokens_of(parts: Iterable[Part], model: str) -> int:
    """Return what parts weigh together, by estimate."""
    return sum(estimate_text(part.text, model) for part in parts)
