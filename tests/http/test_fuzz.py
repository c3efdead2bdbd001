"""Our side and h11 read the same requests in the same bytes, but for the differences that are listed."""

from __future__ import annotations

import re

from fuzz.cases import SEEDS
from fuzz.differences import LISTED, explain
from fuzz.ours import our_outcome
from fuzz.outcome import Outcome, Read
from fuzz.run import run
from fuzz.theirs import their_outcome


async def test_sound_requests_are_read_alike() -> None:
    """Every seed is read whole by both sides."""
    for seed in SEEDS:
        ours, theirs = await our_outcome([seed]), their_outcome(seed)
        assert explain(seed, ours, theirs) in ("", "an absolute target")
        assert len(ours.requests) == len(theirs.requests) >= 1


async def test_a_short_run() -> None:
    """Some thousand cases of a fixed seed show no difference without a reason."""
    report = await run(seed=2026, count=3000)
    assert report.defects == []
    assert report.accepted > 800


def test_a_difference_is_seen() -> None:
    """A request that h11 refuses, or reads otherwise, is reported unless its bytes can be the reason."""
    read = Read("GET", b"/", "1.1", ((b"host", b"a"),), b"")
    other = Read("GET", b"/", "1.1", ((b"host", b"b"),), b"")
    sound = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    assert explain(sound, Outcome([read]), Outcome([read])) == ""
    assert explain(sound, Outcome([read]), Outcome([], "refused")) is None
    assert explain(sound, Outcome([read]), Outcome([other])) is None
    assert explain(sound.replace(b"/ ", b"/  "), Outcome([read]), Outcome([], "refused")) == "several spaces in a request line"


def test_every_difference_has_a_reason() -> None:
    """The list says why, in words."""
    assert all(reason.endswith(".") and isinstance(pattern, re.Pattern) for reason, pattern in LISTED.values())
