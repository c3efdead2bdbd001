"""What is measured in texts, pure: their words, how alike they are, how far they agree."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from itertools import combinations
from itertools import pairwise as neighbours
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# A run of letters and digits is a word; each Chinese, Japanese or Korean character is one by itself, since nothing parts them.
_WIDE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
WORD = re.compile(rf"[{_WIDE}]|(?:(?![{_WIDE}])[^\W_])+(?:['’](?:(?![{_WIDE}])[^\W_])+)*")
_EDGES = " \t\r\n.,;:!?\"'“”‘’`*。，；：！？、()（）"


def words(text: str) -> list[str]:
    """Return a text's words in their order, without case; a CJK character is a word of its own."""
    return WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Return the pairs of neighbouring words, which keep something of their order; a single word stands alone."""
    found = words(text)
    return frozenset(neighbours(found)) if len(found) > 1 else frozenset([tuple(found)])


def similarity(one: str, other: str) -> float:
    """Return how alike two texts are, from 0 (no pair of words in common) to 1 (the same pairs): Jaccard's index of their shingles."""
    ours, theirs = shingles(one), shingles(other)
    return len(ours & theirs) / len(ours | theirs)


def pairwise(texts: Sequence[str]) -> list[list[float]]:
    """Return the similarity of each text to each other; a text is wholly like itself."""
    matrix = [[1.0] * len(texts) for _ in texts]
    for row, column in combinations(range(len(texts)), 2):
        matrix[row][column] = matrix[column][row] = similarity(texts[row], texts[column])
    return matrix


def distinct(texts: Sequence[str]) -> int:
    """Return how many of the texts differ, white space at the edges aside."""
    return len({text.strip() for text in texts})


def answer_in(text: str, pattern: str | None) -> str | None:
    """Return the answer that stands in a text, made comparable; None where the pattern finds none.

    JSON is compared as a value, so that the order of keys and white space do not count; anything else without case, without
    punctuation at its edges, and with white space folded.
    """
    if pattern is not None:
        found = re.search(pattern, text)
        if found is None:
            return None
        text = found[1] if found.re.groups and found[1] is not None else found[0]
    try:
        return json.dumps(json.loads(text), sort_keys=True, ensure_ascii=False)
    except ValueError:
        return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).strip(_EDGES)


def agreement(answers: Sequence[str | None]) -> tuple[str | None, int]:
    """Return the answer that most give, and how many do; the first of equals. What has no answer agrees with nothing."""
    counted = Counter(answer for answer in answers if answer is not None)
    return counted.most_common(1)[0] if counted else (None, 0)
