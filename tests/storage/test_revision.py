"""One watch over the revision: who follows it hears of every change once, and again where he could not read it."""

from __future__ import annotations

import logging

import pytest

from yumen.errors import Overloaded
from yumen.storage import RevisionWatch, WatchOptions
from yumen.testing.clock import JumpingClock


class Number:
    """A revision that can be silent."""

    def __init__(self) -> None:
        self.value = 1
        self.silent = False

    async def read(self) -> int:
        """Return it."""
        if self.silent:
            raise Overloaded
        return self.value


class Listener:
    """Counts what it hears, and fails on demand."""

    def __init__(self) -> None:
        self.heard = 0
        self.broken = False

    async def follow(self) -> None:
        """Hear of a change."""
        self.heard += 1
        if self.broken:
            raise Overloaded


async def test_all_followers_hear_of_each_change_once() -> None:
    """Keys and limits follow one watch; where nothing has changed nobody is told."""
    number, one, other = Number(), Listener(), Listener()
    watch = RevisionWatch(number.read, JumpingClock())
    watch.join(one)
    watch.join(other)
    for _ in range(3):
        await watch.poll()
    number.value = 2
    await watch.poll()
    assert (one.heard, other.heard) == (2, 2)


async def test_a_follower_that_could_not_read_is_told_again() -> None:
    """A change counts as seen only when everyone has read it."""
    number, one = Number(), Listener()
    watch = RevisionWatch(number.read, JumpingClock())
    watch.join(one)
    one.broken = True
    await watch.poll()
    one.broken = False
    await watch.poll()
    await watch.poll()
    assert one.heard == 2


@pytest.mark.parametrize("refuse", [True, False])
async def test_after_a_long_silence_the_fail_mode_applies(refuse: bool, caplog: pytest.LogCaptureFixture) -> None:  # noqa: FBT001  (a case)
    """A short silence is borne; a long one makes it blind, or is logged alone; when it can read again it sees."""
    number, clock = Number(), JumpingClock()
    watch = RevisionWatch(number.read, clock, WatchOptions(unreadable_s=30, refuse_unreadable=refuse))
    await watch.poll()
    number.silent = True
    clock.move(29_000_000)
    await watch.poll()
    assert (watch.blind, caplog.text) == (False, "")
    clock.move(1_000_000)
    await watch.poll()
    assert watch.blind is refuse
    assert "could not be read for 30 s" in caplog.text
    number.silent = False
    with caplog.at_level(logging.WARNING):
        await watch.poll()
    assert not watch.blind
