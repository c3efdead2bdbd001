"""The scenes that are played: what each upstream suffers, and when."""

from __future__ import annotations

from bench.reliability.scene import Scene
from bench.reliability.upstream import Fault, Spell

BEGIN_S, END_S = 120.0, 180.0
"""The outage of each scene that has one."""

DOWN = {Fault.REFUSE: 1.0}
OVERLOADED = {Fault.OVERLOAD: 1.0}
SILENT = {Fault.HANG_CONNECTING: 0.5, Fault.HANG: 0.5}
LIMITED = {Fault.LIMIT: 0.5}
RANDOM = {
    Fault.REFUSE: 0.01,
    Fault.HANG_CONNECTING: 0.005,
    Fault.RESET_SENDING: 0.01,
    Fault.LOSE: 0.01,
    Fault.LOSE_PROCESSED: 0.01,
    Fault.HANG: 0.005,
    Fault.LIMIT: 0.02,
    Fault.ERROR: 0.02,
    Fault.OVERLOAD: 0.03,
    Fault.CUT: 0.01,
}
"""Thirteen requests in a hundred meet something."""


def outage(chances: dict[Fault, float]) -> tuple[Spell, ...]:
    """Return the weather of an upstream that fails so during the outage."""
    return (Spell(BEGIN_S, END_S, chances),)


def always(chances: dict[Fault, float]) -> tuple[Spell, ...]:
    """Return the weather of an upstream that fails so all the time."""
    return (Spell(0.0, float("inf"), chances),)


def flapping(chances: dict[Fault, float]) -> tuple[Spell, ...]:
    """Return the weather of an upstream that fails for five seconds of every ten, during the outage."""
    starts = [BEGIN_S + 10.0 * number for number in range(int((END_S - BEGIN_S) / 10.0))]
    return tuple(Spell(start, start + 5.0, chances) for start in starts)


OUTAGES: tuple[Scene, ...] = (
    Scene("one upstream, down", "一个上游,停机", {"only": outage(DOWN)}, seconds=400.0),
    Scene("one upstream, overloaded", "一个上游,过载", {"only": outage(OVERLOADED)}, seconds=400.0),
    Scene("one upstream, silent", "一个上游,沉默", {"only": outage(SILENT)}, seconds=400.0),
    Scene("one upstream, down every other five seconds", "一个上游,每十秒停机五秒", {"only": flapping(DOWN)}, seconds=400.0),
    Scene("one upstream, at the edge of what it can", "一个上游,处于能力边缘", {"only": outage(OVERLOADED)}, capacity=30, seconds=400.0),
    Scene("two upstreams, the first down", "两个上游,第一个停机", {"first": outage(DOWN), "second": ()}, seconds=400.0),
    Scene("two upstreams, the first overloaded", "两个上游,第一个过载", {"first": outage(OVERLOADED), "second": ()}, seconds=400.0),
    Scene("two upstreams, the first silent", "两个上游,第一个沉默", {"first": outage(SILENT), "second": ()}, seconds=400.0),
    Scene("two upstreams, the first limits half", "两个上游,第一个限流一半", {"first": outage(LIMITED), "second": ()}, seconds=400.0),
    Scene("two upstreams, both down", "两个上游,均停机", {"first": outage(DOWN), "second": outage(DOWN)}, seconds=400.0),
)
FAULTS: tuple[Scene, ...] = (
    Scene("one upstream", "一个上游", {"only": always(RANDOM)}, caller_attempts=1),
    Scene("two upstreams", "两个上游", {"first": always(RANDOM), "second": always(RANDOM)}, caller_attempts=1),
    Scene(
        "two upstreams, `resend_lost`",
        "两个上游,`resend_lost`",
        {"first": always(RANDOM), "second": always(RANDOM)},
        caller_attempts=1,
        resend_lost=True,
    ),
)
