"""What an answer says of the limits: the tightest of each axis, in Claude's headers and in ours. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.limits.rules import MINUTES
from yumen.limits.values import Kind
from yumen.limits.wording import dollars, rfc3339, seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from yumen.http import Headers
    from yumen.limits.rules import Claim
    from yumen.limits.values import Standing

REQUESTS, INPUT, OUTPUT, SECOND, MONTH, DAY_SPEND, MONTH_SPEND = range(7)
AXES = dict.fromkeys(MINUTES, REQUESTS) | {
    Kind.INPUT_TOKENS_PER_MINUTE: INPUT,
    Kind.OUTPUT_TOKENS_PER_MINUTE: OUTPUT,
    Kind.REQUESTS_PER_SECOND: SECOND,
    Kind.REQUESTS_PER_MONTH: MONTH,
    Kind.SPEND_PER_DAY: DAY_SPEND,
    Kind.SPEND_PER_MONTH: MONTH_SPEND,
}
PERIODS = {MONTH: "requests-per-month", DAY_SPEND: "spend-per-day", MONTH_SPEND: "spend-per-month"}
PERIOD_NAMES = {
    axis: tuple(f"x-yumen-{name}-{part}".encode() for part in ("limit", "remaining", "reset")) for axis, name in PERIODS.items()
}
CLAUDE_NAMES = {
    name: tuple(f"anthropic-ratelimit-{name}-{part}".encode() for part in ("limit", "remaining", "reset"))
    for name in ("requests", "tokens", "input-tokens", "output-tokens")
}

Axis = tuple[int, int, int]
"""The limit, what remains of it, and when all of it is back (seconds)."""


def headers_of(claims: Sequence[Claim], standings: Iterable[Standing | None]) -> Headers:
    """Return the headers. An axis without an enforced limit says nothing."""
    tightest: dict[int, Axis] = {}
    for claim, standing in zip(claims, standings, strict=True):
        axis = AXES.get(claim.line.limit.kind)
        if axis is None or standing is None or claim.demand.shadow:
            continue
        found = tightest.get(axis)
        if found is None or (standing.remaining, claim.demand.limit) < (found[1], found[0]):
            tightest[axis] = (claim.demand.limit, standing.remaining, seconds(standing.reset_us))
    headers: Headers = []
    rates(headers, tightest)
    for axis, names in PERIOD_NAMES.items():
        if axis in tightest:
            limit, remaining, reset = tightest[axis]
            show = str if axis == MONTH else dollars
            headers += zip(names, (show(limit).encode(), show(remaining).encode(), rfc3339(reset)), strict=True)
    return headers


def rates(headers: Headers, tightest: dict[int, Axis]) -> None:
    """Add Claude's twelve, as far as there are limits, and the two that simple clients read."""
    requests = tightest.get(REQUESTS) or tightest.get(SECOND)
    if requests is not None:
        add(headers, "requests", requests)
        headers += [(b"x-ratelimit-limit", b"%d" % requests[0]), (b"x-ratelimit-remaining", b"%d" % requests[1])]
    into, out = tightest.get(INPUT), tightest.get(OUTPUT)
    if into is not None:
        add(headers, "input-tokens", into)
    if out is not None:
        add(headers, "output-tokens", out)
    if into is not None and out is not None:
        add(headers, "tokens", (into[0] + out[0], into[1] + out[1], max(into[2], out[2])))
    elif into is not None or out is not None:
        add(headers, "tokens", into or out or (0, 0, 0))


def add(headers: Headers, name: str, axis: Axis) -> None:
    """Add the three headers of an axis."""
    limit, remaining, reset = axis
    headers += zip(CLAUDE_NAMES[name], (b"%d" % limit, b"%d" % remaining, rfc3339(reset)), strict=True)
