"""Patterns: where they match, what is refused, and how long anything can take."""

from __future__ import annotations

import random
import time

import pytest

from yumen.errors import OperatorError
from yumen.policy.matcher import Matcher
from yumen.policy.matching import matcher_of
from yumen.policy.values import Action, Hit, Rule

ENOUGH_S = 5
"""CPU for 100 KB, several times what the worst below takes; anything that is not linear takes minutes."""


def compiled(*patterns: str, reach: int = 256, words: tuple[str, ...] = ()) -> Matcher:
    """Compile one rule."""
    made = matcher_of([(4, Rule("r", Action.FLAG, "why", patterns=patterns, pattern_reach=reach, words=words))])
    assert made is not None
    return made


def test_places_are_those_of_characters() -> None:
    """Positions count characters, also behind Chinese, emoji and halves of surrogate pairs."""
    text = "中🔥\ud800 555-1234 \udc00é foo@bar"
    hits = compiled(r"\d{3}-\d{4}", "[a-z]+@[a-z]+").hits(text)
    assert hits == [Hit(4, 12, "pattern", 4), Hit(16, 23, "pattern", 4)]
    assert [text[hit.start : hit.end] for hit in hits] == ["555-1234", "foo@bar"]


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("a.*b", "a" + "x" * 8 + "b", ["a" + "x" * 8 + "b"]),
        ("a.*b", "a" + "x" * 9 + "b", []),
        ("中.*国", "中" + "x" * 8 + "国", ["中" + "x" * 8 + "国"]),
        ("中.*国", "中" + "x" * 9 + "国", []),
        (r"ab\b", "abc ab", ["ab"]),
        ("ab$", "ab abx", []),
        ("(?i)secret", "SeCrEt", ["SeCrEt"]),
        ("aa", "aaa", ["aa", "aa"]),
        (r"x\d+", "x123 x4", ["x123", "x4"]),
        (r"\bab", "xab ab", ["ab"]),
        (r"(?m)^ab", "ab\nab ab", ["ab", "ab"]),
    ],
)
def test_what_a_pattern_finds(pattern: str, text: str, found: list[str]) -> None:
    """A match of up to `pattern_reach` characters is found, a longer one is not; what lies within another is no match of its own."""
    assert [text[hit.start : hit.end] for hit in compiled(pattern, reach=10).hits(text)] == found


def test_a_run_that_is_longer_than_the_reach_is_covered() -> None:
    """Where a pattern goes on and on, its matches overlap, so that no character of them is left."""
    covered = {place for hit in compiled("1+", reach=10).hits("x" + "1" * 35 + "x") for place in range(hit.start, hit.end)}
    assert covered == set(range(1, 36))


@pytest.mark.parametrize(
    "pattern", ["(a", "x*", r"\b", "^", "(a|)", "a" * 2001, "(?=a)", r"(a)\1", "a{1001}", "((a{100}){100}){100}", "a\ud800", "$", r"\B"]
)
def test_a_pattern_that_will_not_do_is_refused(pattern: str) -> None:
    """Wrong, too large, beyond linear time, or matching nothing at all: the sentence names the rule."""
    with pytest.raises(OperatorError, match="rule r: "):
        compiled(pattern)


def test_patterns_together_have_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many of them, or too large ones for one pass, are refused in a sentence."""
    monkeypatch.setattr("yumen.policy.matching.patterns.SET_BYTES", 1 << 12)
    with pytest.raises(OperatorError, match="too large together"):
        compiled("(a{100}){10}", "(b{100}){10}")
    monkeypatch.setattr("yumen.policy.matching.patterns.MOST_PATTERNS", 1)
    with pytest.raises(OperatorError, match="more than 1 patterns"):
        compiled("a", "b")


@pytest.mark.parametrize("reach", [0, 4097])
def test_a_reach_has_bounds(reach: int) -> None:
    """How long a match may be is bounded, since a stream is held back by as much."""
    with pytest.raises(OperatorError, match="rule r: "):
        compiled("a", reach=reach)


def test_no_pattern_is_passed_over_where_there_are_thousands() -> None:
    """The one pass for many patterns names exactly those that match by themselves."""
    chance = random.Random(3)  # noqa: S311  (the same names in each run)
    names = sorted({"".join(chance.choices("abc", k=chance.randint(4, 9))) for _ in range(2500)})
    matcher = matcher_of([(at, Rule(f"r{at}", Action.FLAG, "why", patterns=(rf"{name}\d{{1,3}}",))) for at, name in enumerate(names)])
    assert matcher is not None
    text = " ".join(f"{name}{at % 1000}" for at, name in enumerate(names) if at % 7 == 0)
    planted = {at for at, name in enumerate(names) if any(word.rstrip("0123456789").endswith(name) for word in text.split())}
    assert {hit.rule for hit in matcher.hits(text)} == planted


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\d+", "1" * 100_000),
        ("a.*b", "a" * 100_000),
        ("(a|b)*a(a|b){12}c", "ab" * 50_000),
        ("[a-z]+@[a-z]+", ("a" * 60 + "@b ") * 1500),
        ("中+", "中" * 33_000),
    ],
)
def test_no_text_takes_a_pattern_long(pattern: str, text: str) -> None:
    """A hostile text takes time in proportion to its length."""
    start = time.process_time()
    compiled(pattern).hits(text)
    assert time.process_time() - start < ENOUGH_S


@pytest.mark.parametrize(
    "text",
    [
        " " * 100_000,
        "s" + "\u200d" * 100_000,
        "s " * 50_000,
        "法." * 33_000,
        "法" + "." * 100_000,
        "法," * 33_000,
        "aa" * 20_000,
        "é\u0301 " * 33_000,
    ],
)
def test_no_text_takes_words_long(text: str) -> None:
    """Neither does one of nothing but disguises."""
    matcher = compiled(words=("secret", "s e c", "aa", "aaa", "法轮功", "e e"))
    start = time.process_time()
    matcher.hits(text)
    matcher.settled(text)
    assert time.process_time() - start < ENOUGH_S
