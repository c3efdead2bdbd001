"""The sandbox goes on with an answer that was cut off, so that what joins the pieces can be tried offline."""

from __future__ import annotations

import pytest

from tests.sandbox.doubles import Bench
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


@pytest.mark.parametrize("times", [1, 3])
async def test_it_goes_on_with_its_own_words(bench: Bench, times: int) -> None:
    """At temperature 1 each coming is another draw, and still a prefill is gone on with as it began, whatever the new `max_tokens` is."""
    question = {"role": "user", "content": "Tell me a long story about a gate."}
    asked = {"model": "claude-haiku-4-5", "max_tokens": 60, "messages": [question]}
    cut = [(await bench.ask(asked)).json for _ in range(times)][-1]
    whole = cut["content"][0]["text"].rstrip()
    for _ in range(9):
        cut = (await bench.ask(asked | {"max_tokens": 70, "messages": [question, {"role": "assistant", "content": whole}]})).json
        whole = (whole + cut["content"][0]["text"]).rstrip()
        if cut["stop_reason"] != "max_tokens":
            break
    assert cut["stop_reason"] == "end_turn"
    assert whole.count("there stood a gate") == 1
