"""What goes when a conversation is full, by tables."""

from __future__ import annotations

import pytest

from yumen.sessions.rules import Drop, Fits, Load, TooFull, WhenFull, fitting, history_of, is_near
from yumen.sessions.values import Session, Turn, TurnState

ASKED = b'{"role":"user","content":"x"}'
RESULT = b'{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"x"}]}'
ANSWER = b'{"role":"assistant","content":"y"}'


def turns(*questions: bytes) -> tuple[Turn, ...]:
    """Answered turns."""
    return tuple(Turn("s", number, "r", TurnState.ANSWERED, 0, 0, question, ANSWER) for number, question in enumerate(questions, 1))


@pytest.mark.parametrize(
    ("load", "when_full", "verdict"),
    [
        (Load(100, (300, 300, 300)), "refuse", Fits()),
        (Load(101, (300, 300, 300)), "refuse", TooFull(1)),
        (Load(101, (300, 300, 300)), "drop", Drop(1)),
        (Load(200, (300, 300, 300)), "drop", Drop(2)),
        (Load(101, (300, 300, 300)), "summarise", Drop(2)),
        (Load(600, (300, 300, 300)), "drop", Drop(3)),
        (Load(990, (300, 300, 300)), "drop", Drop(3)),
        (Load(990, (300, 300, 300)), "summarise", TooFull(115)),
        (Load(1001, (300, 300, 300)), "drop", TooFull(1)),
        (Load(1001, ()), "drop", TooFull(1)),
    ],
)
def test_what_goes(load: Load, when_full: WhenFull, verdict: object) -> None:
    """In a room of 1,000: nothing while it fits; else so much that three quarters are left, or all; a summary takes 125."""
    assert fitting(load, turns(*[ASKED] * len(load.turns)), 1000, when_full, 125) == verdict


def test_results_go_with_their_calls() -> None:
    """What is left begins with words of the user's own, never with the result of a call that went."""
    assert fitting(Load(101, (300, 300, 300)), turns(ASKED, RESULT, ASKED), 1000, "drop") == Drop(2)


def test_a_load_is_scaled_to_what_is_known() -> None:
    """An exact count of all is shared out as the estimate was; an estimate is near from three quarters on."""
    assert Load(100, (100, 200)).scaled(800) == Load(200, (200, 400))
    assert [is_near(Load(tokens, ()), 1000) for tokens in (769, 770)] == [False, True]


def test_a_history_is_what_was_sent() -> None:
    """The summary first, then each turn in its own bytes."""
    session = Session("s", "o", "n", 0, 0, summary=b'{"s":1}')
    assert history_of(session, turns(ASKED)) == b'{"s":1},' + ASKED + b"," + ANSWER
