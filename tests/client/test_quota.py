"""What the server says of its limits, and how calls slow down before it has to refuse one."""

from __future__ import annotations

import pytest

from yumen.client.quota import LONGEST_US, Quota, needed_us
from yumen.clock import iso
from yumen.routes.quota import Left
from yumen.testing import JumpingClock

MODEL = "claude-sonnet-5-5"
SECOND_US = 1_000_000


def headers(kind: str, limit: int, remaining: int, reset_us: int) -> list[tuple[bytes, bytes]]:
    """Return what an answer says of a limit."""
    said = {"limit": limit, "remaining": remaining, "reset": iso(reset_us)}
    return [(f"anthropic-ratelimit-{kind}-{part}".encode(), str(value).encode()) for part, value in said.items()]


def test_it_is_read_from_every_answer() -> None:
    """The last answer's numbers are shown by their names, until the limit is whole again."""
    clock = JumpingClock()
    quota = Quota(clock)
    assert repr(quota) == "Quota(nothing known)"
    assert quota.left() is None
    quota.note(MODEL, 200, headers("requests", 50, 49, clock.now_us() + SECOND_US))
    quota.note(MODEL, 200, headers("input-tokens", 1000, 400, clock.now_us() + SECOND_US))
    assert quota.requests is not None
    assert (quota.requests.limit, quota.requests.remaining) == (50, 49)
    assert quota.left() == pytest.approx(0.4)
    assert quota.left("claude-haiku-4-5") is None
    assert repr(quota) == "Quota(requests=49/50, input_tokens=400/1000)"
    clock.move(SECOND_US)
    assert quota.requests is None


@pytest.mark.parametrize(
    ("left", "units", "waits_us"),
    [
        (Left(100, 50, 60 * SECOND_US), 1, 0),
        (Left(100, 100, 60 * SECOND_US), 1, 0),
        (Left(100, 10, 54 * SECOND_US), 1, 600_000),
        (Left(100, 0, 60 * SECOND_US), 1, 600_000),
        (Left(1000, 500, 30 * SECOND_US), 600, 36 * SECOND_US),
        (Left(None, 0, 60 * SECOND_US), 1, 0),
    ],
)
def test_a_call_waits_for_what_it_needs(left: Left, units: int, waits_us: int) -> None:
    """Where little is left, or less than the call takes, it waits as long as the server takes to regain that; else not at all."""
    assert needed_us(left, units, 0) == waits_us


def test_calls_are_spread() -> None:
    """Many calls at one time go one after the other, not together after the pause; none waits for more than a minute."""
    clock = JumpingClock()
    quota = Quota(clock)
    quota.note(MODEL, 200, headers("requests", 100, 10, clock.now_us() + 54 * SECOND_US))
    assert [quota.pause_us(MODEL, 1) for _ in range(3)] == [600_000, 1_200_000, 1_800_000]
    assert quota.pause_us("claude-haiku-4-5", 1) == 0
    assert max(quota.pause_us(MODEL, 1) for _ in range(200)) == LONGEST_US


def test_a_429_holds_all_calls_back() -> None:
    """Its `retry-after` holds for the other threads too; one that says that waiting is no use does not."""
    clock = JumpingClock()
    quota = Quota(clock)
    quota.note(MODEL, 429, [(b"retry-after", b"7"), (b"x-should-retry", b"false")])
    assert quota.pause_us(MODEL, 1) == 0
    quota.note(MODEL, 429, [(b"retry-after", b"7")])
    assert quota.pause_us(MODEL, 1) == 7 * SECOND_US
    clock.move(7 * SECOND_US)
    assert quota.pause_us(MODEL, 1) == 0
