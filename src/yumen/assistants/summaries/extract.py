"""The summary without Claude: the sentences that tell most of a text, word for word and in their order. Pure."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from yumen.assistants.summaries.values import Form, Length, Wish
from yumen.assistants.support.terms import CHINESE_EMPTY, ENGLISH_EMPTY, is_chinese, normal, terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from yumen.assistants.documents import Document

SENTENCES = {Length.SHORT: 3, Length.MEDIUM: 7, Length.LONG: 15}
SENTENCE_END = re.compile(
    r"(?<=[。！？!?])(?![”’」』）\"')])|(?<=[。！？][”’」』）])|(?<=[.!?][\"')\s])\s*(?=[A-Z\u4e00-\u9fff\d\"'(])|\n+"
)
MARKS = re.compile(r"^(?:[-*+•·>#|]+|\d+[.)、])\s*|[*_`]{1,3}")
STARTS = re.compile(r"\s*(?:[-*+•·>#|]|\d+[.)、])")
"""How a line begins that does not go on with the one before."""
WRAPPED = 40
"""The weight of a line that an editor may have broken; a shorter one ends where its writer ended it."""
SHORTEST, LONGEST = 8, 400
"""Weights (a Chinese character counts two): what is shorter says nothing, what is longer is a table or a listing."""
LEAD, HEAD = 1.3, 1.15
"""How much more the first sentence of a document, and the first below a heading, is worth: writers say there what they mean."""
SAID_ALREADY = 0.6
"""A sentence with so many of its terms in one that is chosen says it again."""


class Sentence(msgspec.Struct, frozen=True):
    """A sentence, and where it is from."""

    text: str
    source: str
    worth: float = 1.0
    """What its position is worth."""


def extracted(documents: Sequence[Document], wish: Wish) -> str:
    """Return the sentences that tell most, as many as the length asks for, in the form that is asked for."""
    chosen = best([list(sentences_of(document)) for document in documents], SENTENCES[wish.length])
    return shaped(chosen, wish.form, many=len(documents) > 1)


def sentences_of(document: Document) -> Iterator[Sentence]:
    """Yield the sentences of a document that may stand in a summary."""
    worth, heading = LEAD, ""
    for passage in document.passages:
        if passage.heading != heading:
            worth = max(worth, HEAD)
        heading = passage.heading
        for text in split(passage.text):
            yield Sentence(text, document.path.name or document.title, worth)
            worth = 1.0


def split(text: str) -> list[str]:
    """Return the sentences of a text, without marks of lists and emphasis, those that are neither too short nor too long."""
    found = (" ".join(MARKS.sub("", part.strip()).split()) for part in SENTENCE_END.split(unwrapped(text)))
    return [part for part in found if SHORTEST <= weigh(part) <= LONGEST]


def unwrapped(text: str) -> str:
    """Return a text whose long lines go on where an editor broke them: at a space, and between Chinese characters at nothing."""
    lines: list[str] = []
    for line in text.split("\n"):
        before = lines[-1] if lines else ""
        if weigh(before) < WRAPPED or not line.strip() or STARTS.match(line):
            lines.append(line)
        else:
            chinese = is_chinese(before[-1]) or is_chinese(line.strip()[0])
            lines[-1] = before.rstrip() + ("" if chinese else " ") + line.strip()
    return "\n".join(lines)


def weigh(text: str) -> int:
    """Return a text's weight."""
    return len(text) + sum(map(is_chinese, text))


def best(documents: Sequence[Sequence[Sentence]], most: int) -> list[Sentence]:
    """Return the sentences of documents that tell most, in their order, none that says what another says."""
    sentences = [sentence for document in documents for sentence in document]
    bags = [frozenset(terms_of(sentence.text)) for sentence in sentences]
    turns = [turn for document in documents for turn in turns_of(document)]
    chosen: list[int] = []
    for place in sorted(range(len(sentences)), key=lambda place: (turns[place], place)):
        if len(chosen) == most:
            break
        if bags[place] and not any(says_again(bags[place], bags[other]) for other in chosen):
            chosen.append(place)
    return [sentences[place] for place in sorted(chosen)]


def turns_of(document: Sequence[Sentence]) -> list[float]:
    """Return when each sentence of a document has its turn: every document's best first; of a long one more than of a short one follow."""
    found = [terms_of(sentence.text) for sentence in document]
    frequency = Counter(term for terms in found for term in terms)
    scores = [score(frozenset(terms), frequency) * sentence.worth for terms, sentence in zip(found, document, strict=True)]
    ranks = sorted(range(len(scores)), key=lambda place: (-scores[place], place))
    turns = {place: rank / math.sqrt(len(document)) for rank, place in enumerate(ranks)}
    return [turns[place] for place in range(len(document))]


def score(bag: frozenset[str], frequency: Counter[str]) -> float:
    """Return how much of what the text speaks of most a sentence holds; a long one gains by its length, but not by all of it."""
    return sum(frequency[term] - 0.5 for term in bag) / max(3.0, math.pow(len(bag), 0.7))


def says_again(bag: frozenset[str], other: frozenset[str]) -> bool:
    """Whether most of a sentence is in another."""
    return len(bag & other) > SAID_ALREADY * min(len(bag), len(other))


def terms_of(text: str) -> list[str]:
    """Return the terms of a sentence that say something: words, and of Chinese the pairs of neighbouring characters."""
    return [term for term in terms(CHINESE_EMPTY.sub(" ", normal(text))) if term not in ENGLISH_EMPTY and (len(term) > 1 or term.isdigit())]


def shaped(sentences: Iterable[Sentence], form: Form, *, many: bool) -> str:
    """Return sentences in a form; of several documents each says which it is from."""
    chosen = list(sentences)
    if form is Form.JSON:
        points = [{"text": each.text, "source": each.source} for each in chosen]
        return msgspec.json.format(msgspec.json.encode({"summary": running(chosen), "points": points, "sandbox": True}), indent=2).decode()
    if form is Form.TABLE:
        rows = [f"| {number} | {cell(each.text)} | {cell(each.source)} |" for number, each in enumerate(chosen, 1)]
        return "\n".join(["| # | | |", "|---|---|---|", *rows])
    if form is Form.BULLETS:
        return "\n".join(f"- {each.text}" + f" ({each.source})" * many for each in chosen)
    return running(chosen)


def running(sentences: Sequence[Sentence]) -> str:
    """Return sentences as a text, a paragraph for each document; no space comes between Chinese sentences."""
    text, source = "", None
    for each in sentences:
        between = "" if not text else "\n\n" if each.source != source else "" if is_chinese(text[-4:]) else " "
        text, source = text + between + each.text, each.source
    return text


def cell(text: str) -> str:
    """Return a text that may stand in a table."""
    return text.replace("|", "\\|")
