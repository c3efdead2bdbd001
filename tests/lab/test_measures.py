"""What is measured in texts, in Chinese and English alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.lab.measures import agreement, answer_in, distinct, pairwise, similarity, words

TEXTS = st.text(max_size=60)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, world!", ["hello", "world"]),
        ("Don't stop", ["don't", "stop"]),
        ("玉门关", ["玉", "门", "关"]),
        ("用Claude写3行", ["用", "claude", "写", "3", "行"]),
        ("\uff21\uff22 snake_case", ["ab", "snake", "case"]),
        ("…!?", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    """A run of letters is a word, a Chinese character is one by itself, case and punctuation do not count."""
    assert words(text) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("the red house", "The red house!", 1.0),
        ("the red house", "the red door", 1 / 3),
        ("red house the", "the red house", 1 / 3),
        ("玉门关外", "玉门关内", 2 / 4),
        ("yes", "no", 0.0),
        ("", "", 1.0),
    ],
)
def test_similarity(one: str, other: str, expected: float) -> None:
    """Texts are as alike as they share pairs of neighbouring words, so that their order counts."""
    assert similarity(one, other) == pytest.approx(expected)


@given(TEXTS, TEXTS)
def test_similarity_is_a_measure(one: str, other: str) -> None:
    """Whatever the texts, it lies between 0 and 1, is the same both ways, and 1 with oneself."""
    assert 0 <= similarity(one, other) == similarity(other, one) <= 1
    assert similarity(one, one) == 1


@given(st.lists(TEXTS, max_size=5))
def test_pairs(texts: list[str]) -> None:
    """The matrix holds each pair's similarity in both places."""
    matrix = pairwise(texts)
    assert all(matrix[a][b] == similarity(texts[a], texts[b]) for a in range(len(texts)) for b in range(len(texts)))


def test_distinct() -> None:
    """White space at the edges makes no other answer."""
    assert distinct(["a", "a\n", "b"]) == 2


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("  Yes. ", None, "yes"),
        ("是。", None, "是"),
        ('{"b": 1, "a": 2}', None, '{"a": 2, "b": 1}'),
        ("The answer is 42, I think.", r"\d+", "42"),
        ("Answer: Paris.", r"Answer: (.+)", "paris"),
        ("I do not know", r"\d+", None),
    ],
)
def test_answers(text: str, pattern: str | None, expected: str | None) -> None:
    """An answer is comparable: JSON as a value, text without case and edges, or what the pattern finds."""
    assert answer_in(text, pattern) == expected


@pytest.mark.parametrize(
    ("answers", "expected"),
    [(["a", "b", "a"], ("a", 2)), (["b", "a"], ("b", 1)), ([None, None, "c"], ("c", 1)), ([None], (None, 0)), ([], (None, 0))],
)
def test_agreement(answers: list[str | None], expected: tuple[str | None, int]) -> None:
    """The commonest answer counts; no answer agrees with nothing."""
    assert agreement(answers) == expected
