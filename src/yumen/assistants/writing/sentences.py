"""The sentences of a brief, and what each is about in a few words. Pure."""

from __future__ import annotations

import re

from yumen.assistants.summaries.extract import MARKS, SENTENCE_END, unwrapped
from yumen.assistants.support.terms import is_chinese

CLAUSE = re.compile(r"[,;:，；：、—–]\s*|\s+-\s+")
END = re.compile(r"[\s.。!！?？;；,，:：]+$")
MOST_WORDS, MOST_CHARACTERS = 9, 18
"""Of a heading, in English and in Chinese."""


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text, without marks of lists; nothing is too short to be meant."""
    found = (" ".join(MARKS.sub("", part.strip()).split()) for part in SENTENCE_END.split(unwrapped(text)))
    return [part for part in found if END.sub("", part)]


def topic_of(sentence: str) -> str:
    """Return a sentence as a heading: its first clause, and no more of it than a heading has."""
    whole = END.sub("", sentence)
    clause = CLAUSE.split(whole)[0].strip() or whole
    if is_chinese(clause):
        return clause if len(clause) <= MOST_CHARACTERS else f"{clause[:MOST_CHARACTERS]}…"
    words = clause.split()
    return clause if len(words) <= MOST_WORDS else f"{' '.join(words[:MOST_WORDS])} …"
