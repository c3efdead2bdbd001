"""A text that is read in pieces yields what it yields whole: what is settled stays, and the end of a piece is context enough."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.policy.recognisers.cases import TRUE
from tests.policy.recognisers.others import FALSE, ORDINARY
from tests.policy.recognisers.test_cases import every, marked
from yumen.policy.recognisers import RECOGNISERS, Recogniser

LONGEST = 400
PIECES = sorted({marked(case)[0][:LONGEST] for cases in TRUE.values() for case in cases} | set(ORDINARY))
JOINTS = [
    "",
    " ",
    "\n",
    "\t",
    "  ",
    "(",
    ")",
    "_",
    "-",
    ".",
    "，",
    "号",
    "a",
    "1",
    "0",
    "86",
    "@",
    "/",
    ":",
    "//",
    "<",
    r"\n",
    "\u200b",
    "身份证",
    "passport ",
    "secret key ",
]


def hold(recogniser: Recogniser, text: str, at: int) -> int:
    """Check what is promised of a text that was cut at a place; return up to where it is settled."""
    whole = every(recogniser, text)
    before = text[:at]
    settled = recogniser.settled(before)
    assert at - recogniser.reach <= settled <= at
    assert [each for each in every(recogniser, before) if each[0] < settled] == [each for each in whole if each[0] < settled]
    for place in (settled, at):
        kept = max(0, place - recogniser.context)
        again = [(start + kept, end + kept) for start, end in every(recogniser, text[kept:])]
        assert [each for each in again if each[0] >= place] == [each for each in whole if each[0] >= place]
    return settled


@pytest.mark.parametrize("name", RECOGNISERS)
def test_what_is_settled_stays(name: str) -> None:
    """At every split of every case of its own, no value changes that begins before what is settled, and none behind is lost."""
    recogniser = RECOGNISERS[name]
    for case in TRUE[name] + FALSE[name]:
        text = "See " + marked(case)[0] + " and so on."
        step = 1 + len(text) // 200
        for at in range(0, len(text) + 1, step):
            hold(recogniser, text, at)


@given(parts=st.lists(st.tuples(st.sampled_from(PIECES), st.integers(0, LONGEST), st.sampled_from(JOINTS)), max_size=4), seed=st.integers())
@settings(max_examples=150, deadline=None)
def test_what_is_settled_stays_beside_anything(parts: list[tuple[str, int, str]], seed: int) -> None:
    """The same of any neighbours: pieces of values, cut anywhere and joined by anything, split where chance will."""
    text = "".join(piece[:length] + joint for piece, length, joint in parts)
    chance = random.Random(seed)  # noqa: S311  (where a test splits is no secret)
    for recogniser in RECOGNISERS.values():
        for _ in range(3):
            hold(recogniser, text, chance.randint(0, len(text)))


@pytest.mark.parametrize("name", RECOGNISERS)
def test_nothing_is_held_back_for_long(name: str) -> None:
    """Of ordinary sentences, no more than the last word is held back, in either language."""
    recogniser = RECOGNISERS[name]
    for text in (
        "In 2024 there were 12 of them, the first of which",
        "共有 12 个,其中 3 个在 2024 年完成。第一",
        "It is done.\n\nNext",
        "x = f(1, 2)",
    ):
        for at in range(len(text) + 1):
            held = text[recogniser.settled(text[:at]) : at]
            assert len(held.split()) <= 2
            assert len(held) <= 12
    assert recogniser.settled("这句话到此结束。") == 8
    assert recogniser.settled("A sentence ends here.\n") == 22
