"""Outages and random faults in virtual time, in short: nothing is lost, nothing paid twice untold, and an outage is not amplified."""

from __future__ import annotations

import msgspec
import pytest

from bench.reliability.scene import Played, Scene, play
from bench.reliability.scenes import FAULTS, OUTAGES

SECONDS = 240.0
BUDGET = 1.35
"""A fifth of the requests may be retried, and a few more where it is quiet: at the scenes' pace that stays below this."""
SEED = 11


def shortened(scene: Scene) -> Played:
    """Play the first minutes of a scene."""
    return play(msgspec.structs.replace(scene, seconds=SECONDS, calls_per_s=8.0), SEED)


@pytest.mark.parametrize("scene", [*OUTAGES, *FAULTS], ids=lambda scene: scene.name)
def test_whatever_happens(scene: Scene) -> None:
    """Every call ends right or in a clear error, every request is closed once, and what is paid twice is said by its record."""
    played = shortened(scene)
    assert len(played.calls) > SECONDS
    assert played.lost == 0
    assert played.paid_twice_untold == 0
    assert played.paid_twice == 0 or scene.resend_lost
    assert played.factor < BUDGET


def test_the_second_upstream_takes_over() -> None:
    """While the first of two upstreams is overloaded, no call fails."""
    scene = next(each for each in OUTAGES if each.name == "two upstreams, the first overloaded")
    assert all(each.right for each in shortened(scene).calls)


def test_retries_help() -> None:
    """A caller that never retries gets more right answers than from a gateway that does not retry either."""
    scene = FAULTS[1]
    with_retries, without = shortened(scene), shortened(msgspec.structs.replace(scene, attempts=1))
    assert with_retries.right_share(0, SECONDS) > without.right_share(0, SECONDS) + 0.02


@pytest.mark.parametrize("attempts", [1, 3])
def test_a_callers_own_retries_pay_nothing_twice(attempts: int) -> None:
    """An SDK that tries three times by what the gateway tells it has no call processed twice either."""
    played = shortened(msgspec.structs.replace(FAULTS[0], attempts=attempts, caller_attempts=3))
    assert sum(len(each.requests) > 1 for each in played.calls) > 1
    assert (played.lost, played.paid_twice) == (0, 0)


def test_the_same_seed_plays_the_same() -> None:
    """The figures of the page can be made again by whoever doubts them."""
    one, other = shortened(FAULTS[2]), shortened(FAULTS[2])
    assert one.calls == other.calls


def test_a_double_charge_would_be_seen() -> None:
    """The count of what was paid twice is no constant: where lost requests are sent again, it is above zero, and told."""
    played = play(msgspec.structs.replace(FAULTS[2], seconds=SECONDS), SEED)
    assert played.paid_twice > 0
    assert played.paid_twice_untold == 0
