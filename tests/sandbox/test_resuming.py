"""The sandbox goes on with an answer that was cut off, so that what joins the pieces can be tried offline."""

from __future__ import annotations

import pytest

from yumen.sandbox.ask import Ask, Block, Turn
from yumen.sandbox.resuming import resumed

QUESTION = Turn("user", (Block("text", "Count."),))


def ask(*turns: Turn) -> Ask:
    """A conversation."""
    return Ask(model="claude-haiku-4-5", max_tokens=9, turns=turns)


def said(role: str, text: str) -> Turn:
    """A turn of one text."""
    return Turn(role, (Block("text", text),))


@pytest.mark.parametrize(
    ("turns", "rest"),
    [
        ((said("assistant", "one, t"),), "wo, three"),
        ((said("assistant", "one, t"), said("user", "Go on. <tail>e, t</tail>")), "e, two, three"),
        ((said("assistant", "another answer"),), None),
        ((said("assistant", "one"), said("user", "Go on. <tail>elsewhere</tail>")), None),
    ],
)
def test_the_rest_of_an_answer(turns: tuple[Turn, ...], rest: str | None) -> None:
    """By prefill what follows; by a user's turn the repeated end and what follows; of another answer nothing."""
    cut_off = resumed(ask(QUESTION, *turns))
    assert cut_off is not None
    assert cut_off.ask.turns == (QUESTION,)
    assert cut_off.rest_of("one, two, three") == rest


def test_a_new_question_is_no_resumption() -> None:
    """Neither one alone, nor one after an answer."""
    assert resumed(ask(QUESTION)) is None
    assert resumed(ask(QUESTION, said("assistant", "one"), said("user", "And now?"))) is None
    assert resumed(ask(said("user", "<tail>x</tail>"))) is None
