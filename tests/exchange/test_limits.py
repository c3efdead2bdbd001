"""Limits around real exchanges: what an answer shows, what a fault gives back, and what every ending leaves in the counters."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.exchange.callers import ASK, ASK_STREAMED, PROMPT, STREAMED, ask, caller, request
from tests.exchange.house import House, house
from tests.exchange.scripted import Script, answers, hang, head_of, plain, streams, until, upstream
from tests.limits.desk import Desk, limit
from yumen.claude import Usage
from yumen.clock import Clock
from yumen.errors import LedgerUnavailable, UpstreamUnreachable
from yumen.exchange import DEFAULT_ORGANIZATION, Exchange
from yumen.limits import Kind, Limit, Line, Scope, ScopeKind
from yumen.limits.terms import OrganizationTerms
from yumen.meter import Meter, Need, Prices, Quoting

MESSAGE = plain(
    b'{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-4-6","content":[{"type":"text","text":"Hi"}],'
    b'"stop_reason":"end_turn","usage":{"input_tokens":11,"output_tokens":7,"cache_read_input_tokens":500}}',
    (b"x-ratelimit-limit", b"the upstream's"),
    (b"anthropic-ratelimit-requests-limit", b"the upstream's"),
)
COST = 11 * 5000 + 7 * 25_000 + 500 * 500
START = (
    b'event: message_start\ndata: {"type":"message_start","message":{"model":"claude-opus-4-6",'
    b'"usage":{"input_tokens":11,"output_tokens":1}}}\n\n'
)
TEXT = b'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"some words"}}\n\n'
LAST = b'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9}}\n\n'
STOP = b'event: message_stop\ndata: {"type":"message_stop"}\n\n'
SCOPE = Scope(ScopeKind.KEY, "apikey_1")
EVERY = (
    limit(Kind.REQUESTS_PER_MINUTE, 100),
    limit(Kind.INPUT_TOKENS_PER_MINUTE, 100_000),
    limit(Kind.OUTPUT_TOKENS_PER_MINUTE, 10_000),
    limit(Kind.CONCURRENT_REQUESTS, 50),
    limit(Kind.REQUESTS_PER_MONTH, 100),
    limit(Kind.SPEND_PER_DAY, 10**9),
)
PRICES = Prices()


@asynccontextmanager
async def limited(script: Script, folder: Path, *limits: Limit, **changes: Callable[[Any], Any]) -> AsyncIterator[tuple[House, Desk]]:
    """A gateway with limits on its key, before an upstream."""
    desk = Desk()
    desk.counting.ahead_us = desk.clock.now_us() - Clock().now_us()  # the store's day counts, whichever day it is here
    desk.terms.organizations[DEFAULT_ORGANIZATION] = OrganizationTerms(lines=tuple(Line(SCOPE, each) for each in limits or EVERY))

    async def need_of(exchange: Exchange) -> Need | None:
        return Need(money=True, bound=True) if exchange.endpoint.billable else None

    def closing(stages: Any) -> Any:  # noqa: ANN401  (closing stages)
        note_meter, *others = stages
        meter = Meter(PRICES)

        def metered(exchange: Exchange) -> None:
            meter(exchange)
            desk.settle(exchange)
            note_meter(exchange)

        return (metered, *others)

    async with (
        upstream(script) as above,
        house(above, folder, quote=lambda _: Quoting(PRICES, need_of), admit=lambda _: desk.admit, closing=closing, **changes) as made,
    ):
        yield made, desk


async def used(desk: Desk) -> dict[str, int]:
    """What is gone of each limit, by its kind, when nothing is open any more."""
    await until(lambda: len(desk.counting.holds) == 0, "the holds")
    probe = desk.exchange()
    probe.principal = type(probe.principal)("apikey_1", "mine", "production", "wrkspc_mine")
    probe.quote = None
    terms = await desk.known.of(probe.principal)
    from yumen.limits.rules import Call, claims_of  # noqa: PLC0415  (here alone)

    claims = claims_of(terms, Call(probe.endpoint, desk.clock.now_us(), None, "claude-opus-4-6"))
    standings = await desk.store.read(DEFAULT_ORGANIZATION, [claim.demand for claim in claims])
    return {
        str(claim.line.limit.kind): claim.demand.limit - standing.remaining
        for claim, standing in zip(claims, standings, strict=True)
        if standing is not None
    }


def counted(requests: int = 1, usage: Usage | None = None, nanousd: int = 0) -> dict[str, int]:
    """What so many requests leave."""
    seen = usage or Usage()
    return {
        "requests_per_minute": requests,
        "input_tokens_per_minute": seen.input_tokens,
        "output_tokens_per_minute": seen.output_tokens,
        "concurrent_requests": 0,
        "requests_per_month": requests,
        "spend_per_day": nanousd,
    }


async def test_an_answer_shows_the_limits_and_not_the_upstreams(tmp_path: Path) -> None:
    """All twelve headers, the two for simple clients, and what is left of the month and the money, each once."""
    async with limited(answers(MESSAGE), tmp_path) as (made, desk):
        answer = await ask(made.port)
        assert answer.status == 200
        assert answer.header(b"anthropic-ratelimit-requests-limit") == b"100"
        assert answer.header(b"anthropic-ratelimit-requests-remaining") == b"99"
        assert answer.header(b"x-ratelimit-limit") == b"100"
        assert answer.header(b"anthropic-ratelimit-output-tokens-remaining") == b"10000"
        assert answer.header(b"x-yumen-requests-per-month-remaining") == b"99"
        assert sum(name.startswith(b"anthropic-ratelimit-") for name, _ in answer.headers) == 12
        await made.last()
        assert await used(desk) == counted(1, Usage(11, 7), COST)


async def test_a_stream_shows_and_settles_the_same(tmp_path: Path) -> None:
    """A streamed answer has the headers too, and its last word settles it."""
    async with limited(streams(START, TEXT, LAST, STOP), tmp_path) as (made, desk):
        answer = await ask(made.port, ASK_STREAMED)
        assert answer.header(b"anthropic-ratelimit-requests-remaining") == b"99"
        await made.last()
        assert await used(desk) == counted(1, Usage(11, 9), 11 * 5000 + 9 * 25_000)


async def test_a_refusal_is_claudes_429(tmp_path: Path) -> None:
    """Status, type, words and headers; nothing was sent, nothing is counted, and the next minute's request passes."""
    async with limited(answers(MESSAGE), tmp_path, limit(Kind.REQUESTS_PER_MINUTE, 1)) as (made, desk):
        await ask(made.port)
        answer = await ask(made.port)
        answer.claims(429, "rate_limit_error")
        message = answer.json["error"]["message"]
        assert message.startswith(
            f"This request would exceed your API key's rate limit of 1 requests per minute (org: {DEFAULT_ORGANIZATION}). "
            "For details, refer to: https://docs.claude.com/en/api/rate-limits."
        )
        assert answer.header(b"x-should-retry") == b"true"
        assert (answer.header(b"retry-after-ms"), answer.header(b"retry-after")) == (b"60000", b"60")
        assert answer.header(b"anthropic-ratelimit-requests-remaining") == b"0"
        desk.clock.move(60_000_000)
        assert (await ask(made.port)).status == 200


def failing(error: Exception) -> Callable[[Any], Any]:
    """A stage that fails so."""

    async def stage(_: Exchange) -> None:
        raise error

    return lambda _: stage


def not_opened(_: object) -> Callable[[Exchange], None]:
    """A ledger that takes nothing."""

    def stage(_: Exchange) -> None:
        raise LedgerUnavailable

    return stage


@pytest.mark.parametrize(
    ("script", "changes", "expected"),
    [
        (answers(MESSAGE), {"choose": failing(UpstreamUnreachable())}, counted(0)),
        (answers(MESSAGE), {"choose": failing(ValueError("a defect"))}, counted(0)),
        (answers(MESSAGE), {"open": not_opened}, counted(0)),
        (answers(MESSAGE), {"send": failing(UpstreamUnreachable())}, counted(0)),
        (answers(plain(b'{"type":"error","error":{"type":"overloaded_error","message":"o"}}', status=529)), {}, counted(1)),
        (answers(head_of(200, (b"content-type", b"application/json"), (b"content-length", b"4")) + b"none"), {}, None),
        (streams(START, TEXT, then="cut"), {}, None),
        (streams(then="cut"), {}, None),
    ],
)
async def test_every_ending_leaves_what_it_used(
    script: Script, changes: dict[str, Callable[[Any], Any]], expected: dict[str, int] | None, tmp_path: Path
) -> None:
    """Refused before it was sent: nothing. Sent: a request, and tokens and money as the ledger has them. No place stays taken."""
    async with limited(script, tmp_path, **changes) as (made, desk):
        await ask(made.port, ASK_STREAMED if script.__qualname__.startswith("streams") else ASK)
        exchange = await made.last()
        cost = 0 if exchange.cost is None else exchange.cost.nanousd
        assert await used(desk) == (expected or counted(1, exchange.usage, cost))


@pytest.mark.parametrize("data", [ASK, ASK_STREAMED])
async def test_a_caller_who_leaves_gives_the_place_back(data: bytes, tmp_path: Path) -> None:
    """Who hangs up while the upstream works has used a request and what was estimated, and no place any more."""
    async with limited(hang, tmp_path) as (made, desk):
        async with caller(made.port) as one:
            await one.send(data)
            await until(lambda: len(desk.counting.holds) == 1, "the hold")
            one.leave()
        exchange = await made.last()
        assert exchange.cost is not None
        assert await used(desk) == counted(1, exchange.usage, exchange.cost.nanousd)


async def test_a_path_that_cannot_be_metered_is_closed(tmp_path: Path) -> None:
    """A path outside the table that the key itself may use is refused as long as its tokens or money are limited."""
    async with limited(answers(MESSAGE), tmp_path) as (made, _):
        answer = await ask(made.port, request(b"POST", b"/v1/open", (b"x-api-key", b"yk-test"), body=PROMPT))
        answer.claims(403, "permission_error")
        assert "cannot be metered" in answer.json["error"]["message"]


@pytest.mark.parametrize("body", [PROMPT, STREAMED])
async def test_the_other_ways_to_make_tokens_are_metered(body: bytes, tmp_path: Path) -> None:
    """A chat completion is held to the same limits, by the same counters."""
    async with limited(answers(MESSAGE), tmp_path, limit(Kind.REQUESTS_PER_MINUTE, 1), limit(Kind.SPEND_PER_DAY, 10**9)) as (made, _):
        chat = request(b"POST", b"/v1/chat/completions", (b"x-api-key", b"yk-test"), body=body)
        await ask(made.port, chat)
        (await ask(made.port)).claims(429, "rate_limit_error")
        (await ask(made.port, chat)).claims(429, "rate_limit_error")


async def test_settling_elsewhere_holds_the_last_bytes(tmp_path: Path) -> None:
    """Where the store is not in this process, the caller hears the end after it has been settled."""
    async with limited(answers(MESSAGE), tmp_path) as (made, desk):
        store, settled = desk.store, []

        class Elsewhere:
            def __getattr__(self, name: str) -> Any:  # noqa: ANN401  (the store's own)
                return getattr(store, name)

            def close(self, settlement: Any) -> Awaitable[None]:  # noqa: ANN401  (a settlement)
                async def later() -> None:
                    store.close(settlement)
                    settled.append(settlement)

                return later()

        desk.counting.store = Elsewhere()
        await ask(made.port)
        assert len(settled) == 1
