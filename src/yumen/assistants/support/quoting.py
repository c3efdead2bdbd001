"""How passages are cited, and the answer without Claude: the best of them, word for word."""

from __future__ import annotations

import re

from yumen.assistants.support.rules import is_unsatisfied
from yumen.assistants.support.terms import asked as terms_of
from yumen.assistants.support.terms import indexed
from yumen.assistants.support.texts import texts_for
from yumen.assistants.support.values import Asked, Citation, Hit, Written

QUOTE_CHARACTERS = 240
MOST_QUOTED = 2
NEARLY = 0.7
"""The second passage is quoted too where it holds so much of what the first one does."""
SENTENCE_END = re.compile(r"(?<=[。！？])|(?<=[.!?])\s+|\n+")


class Quoter:
    """Writes answers offline: it invents nothing, and says that it is no Claude."""

    is_sandbox = True

    def write(self, asked: Asked) -> Written:
        """Return the best passages, each with its place; a greeting or a complaint that no passage answers is no question."""
        texts = texts_for(asked.question)
        if not asked.hits and is_unsatisfied(asked.question):
            return Written(f"{texts.sorry}\n{texts.sandbox}")
        if not terms_of(asked.question):
            return Written(f"{texts.greeting}\n{texts.sandbox}")
        if not asked.hits:
            return Written(f"{texts.nothing_found}\n{texts.sandbox}", answered=False)
        best = asked.hits[0].covered
        chosen = [hit for hit in asked.hits[:MOST_QUOTED] if hit.covered >= NEARLY * best]
        citations = tuple(cited(number, hit, telling(hit.text, asked.question)) for number, hit in enumerate(chosen, 1))
        lines = [f"> {each.quote} [{each.number}]" for each in citations]
        return Written("\n".join([texts.quoted, *lines, texts.sandbox]), citations)


def cited(number: int, hit: Hit, quote: str) -> Citation:
    """Return a passage as it is cited."""
    return Citation(number, hit.file, hit.heading, hit.line, hit.page, shortened(quote))


def telling(text: str, question: str) -> str:
    """Return the sentences of a passage around the one that holds most of the question, as many as a quotation has room for."""
    wanted = set(terms_of(question))
    sentences = [part.strip() for part in SENTENCE_END.split(text) if part.strip()]
    if not sentences:
        return text
    score = [len(wanted & set(indexed(sentence).split())) for sentence in sentences]
    first = end = score.index(max(score))
    while end < len(sentences) and len(" ".join(sentences[first : end + 1])) <= QUOTE_CHARACTERS:
        end += 1
    return " ".join(sentences[first : max(end, first + 1)])


def shortened(text: str) -> str:
    """Return a text in one line, and no longer than a quotation may be."""
    line = " ".join(text.split())
    return line if len(line) <= QUOTE_CHARACTERS else f"{line[: QUOTE_CHARACTERS - 1]}…"
