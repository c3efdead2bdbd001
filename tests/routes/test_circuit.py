"""The circuit before an upstream: its table of moves, and when a request may go."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.routes.circuit import Breaker
from yumen.routes.states import LEVELS, MOVES, Circuit
from yumen.routes.values import CircuitOptions

S = 1_000_000_000
OPTIONS = CircuitOptions(open_after=3, open_s=5.0)


def opened(at_ns: int = 0) -> Breaker:
    """Return a circuit that has opened."""
    breaker = Breaker(OPTIONS)
    for _ in range(3):
        breaker.bad(at_ns)
    assert breaker.state is Circuit.OPEN
    return breaker


def test_it_opens_after_so_many_failures_in_a_row() -> None:
    """An answer in between begins the row anew."""
    breaker = Breaker(OPTIONS)
    for _ in range(5):
        breaker.bad(0)
        breaker.bad(0)
        breaker.good()
        assert breaker.lets(0)
    for _ in range(3):
        breaker.bad(0)
    assert not breaker.lets(0)


def test_one_probe_goes_at_a_time() -> None:
    """After the pause one request may go; the others wait for its end."""
    breaker = opened()
    assert not breaker.lets(5 * S - 1)
    assert breaker.until_probe_ns(2 * S) == 3 * S
    assert breaker.lets(5 * S)
    breaker.probe()
    assert breaker.state is Circuit.HALF_OPEN
    assert not breaker.lets(100 * S)


def test_a_probe_that_succeeds_closes_it() -> None:
    """And the next row of failures begins at nothing."""
    breaker = opened()
    breaker.probe()
    breaker.good()
    assert breaker.state is Circuit.CLOSED
    breaker.bad(9 * S)
    assert breaker.lets(9 * S)


def test_answers_that_break_open_it_although_their_heads_are_good() -> None:
    """One that is whole begins the row anew; a head alone does not."""
    breaker = Breaker(OPTIONS)
    for whole in (True, False):
        breaker.good()
        breaker.broke(0)
        breaker.good()
        breaker.broke(0)
        breaker.good()
        if whole:
            breaker.whole()
    assert breaker.lets(0)
    breaker.broke(0)
    assert breaker.until_probe_ns(0) == 5 * S


def test_a_probe_whose_answer_breaks_opens_it_anew_for_twice_as_long() -> None:
    """Its head closed it; but a row of broken answers is over only when one is whole."""
    breaker = Breaker(OPTIONS)
    for _ in range(4):  # the last of them was sent before it opened, and changes nothing
        breaker.broke(0)
    breaker.probe()
    breaker.good()
    breaker.broke(5 * S)
    assert (breaker.state, breaker.until_probe_ns(5 * S)) == (Circuit.OPEN, 10 * S)
    breaker.probe()
    breaker.good()
    breaker.whole()
    breaker.broke(20 * S)
    assert breaker.lets(20 * S)


def test_the_pause_doubles_up_to_sixteen_times() -> None:
    """5, 10, 20, 40, 80 and no more seconds."""
    breaker, now_ns, pauses = opened(), 0, []
    for _ in range(7):
        pauses.append(breaker.until_probe_ns(now_ns) // S)
        now_ns += breaker.until_probe_ns(now_ns)
        breaker.probe()
        breaker.bad(now_ns)
    assert pauses == [5, 10, 20, 40, 80, 80, 80]


def test_a_probe_that_told_nothing_is_given_back() -> None:
    """Another may go at once, and the pause has not doubled."""
    breaker = opened()
    breaker.probe()
    breaker.give_back()
    assert breaker.lets(5 * S)
    breaker.give_back()
    assert breaker.state is Circuit.OPEN


def test_failures_of_earlier_requests_do_not_put_the_probe_off() -> None:
    """Those that were under way when it opened end one after the other."""
    breaker = opened()
    for second in range(5):
        breaker.bad(second * S)
    assert breaker.lets(5 * S)


@given(st.lists(st.sampled_from(["bad", "good", "probe", "give_back"])), st.integers(0, 100))
def test_every_sequence_moves_by_the_table(acts: list[str], step_s: int) -> None:
    """Whatever happens in whatever order, no move is made that the table lacks, and a probe goes only when one may."""
    breaker: Any = Breaker(OPTIONS)
    for number, act in enumerate(acts):
        now_ns, before = number * step_s * S, breaker.state
        if act == "bad":
            breaker.bad(now_ns)
        elif act != "probe":
            getattr(breaker, act)()
        elif before is Circuit.OPEN and breaker.lets(now_ns):
            breaker.probe()
        assert breaker.state is before or breaker.state in MOVES[before]


def test_a_move_that_the_table_lacks_is_a_defect() -> None:
    """A probe of a closed circuit is refused loudly."""
    with pytest.raises(AssertionError, match="no move from closed to half_open"):
        Breaker(OPTIONS).probe()
    assert set(LEVELS) == set(MOVES) == set(Circuit)
