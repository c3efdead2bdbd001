"""A real gateway with limits: exact under many callers at once, and answered in Claude's way."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from bench.soak.site import before
from tests.end_to_end.upstream import Asked, answering
from tests.exchange.callers import Answer, caller, request
from tests.exchange.scripted import plain
from tests.gateway import Gateway, wait_for
from tests.valkey import redis_url

MODEL = "claude-haiku-4-5"
BODY = json.dumps({"model": MODEL, "max_tokens": 4000, "messages": [{"role": "user", "content": "Hello"}]}).encode()
OUTPUT_TOKENS = 300
ANSWER = plain(
    json.dumps(
        {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": MODEL,
            "content": [{"type": "text", "text": "Hi"}],
            "stop_reason": "end_turn",
            "usage": {"input_tokens": 20, "output_tokens": OUTPUT_TOKENS},
        }
    ).encode()
)
COST = 20 * 1000 + OUTPUT_TOKENS * 5000
"""In nano-dollars."""
AT_ONCE = 200


async def ask(gateway: Gateway, key: str, path: bytes = b"/v1/messages") -> Answer:
    """Ask once, on a connection of its own."""
    port = urlsplit(gateway.url).port
    assert port is not None
    async with caller(port) as one:
        await one.send(request(b"POST", path, (b"x-api-key", key.encode()), (b"anthropic-version", b"2023-06-01"), body=BODY))
        return await one.answer()


async def asked_together(gateway: Gateway, key: str, count: int = AT_ONCE) -> list[Answer]:
    """Ask so often at the same time."""
    return await asyncio.gather(*(ask(gateway, key) for _ in range(count)))


async def answer(_: Asked, writer: asyncio.StreamWriter) -> None:
    """Answer at once."""
    writer.write(ANSWER)
    await writer.drain()


async def test_two_hundred_callers_cannot_pass_a_limit_of_ten(tmp_path: Path) -> None:
    """Exactly ten of two hundred are admitted; the others get a 429 that says when to come back, and reach no upstream."""
    reached: list[Asked] = []

    async def count(asked: Asked, writer: asyncio.StreamWriter) -> None:
        reached.append(asked)
        await answer(asked, writer)

    async with answering(count) as url:
        with before(url, tmp_path) as gateway:
            key = await asyncio.to_thread(gateway.new_key, "ten", "--limit", "requests_per_minute=10")
            answers = await asked_together(gateway, key)
    assert Counter(each.status for each in answers) == {200: 10, 429: AT_ONCE - 10}
    assert len(reached) == 10
    for each in answers:
        assert each.header(b"x-ratelimit-limit") == b"10"
        if each.status == 429:
            each.claims(429, "rate_limit_error")
            wait_ms = int(each.header(b"retry-after-ms") or 0)
            assert 0 < wait_ms <= 60_000
            assert int(each.header(b"retry-after") or 0) == -(-wait_ms // 1000)
    assert sorted(int(each.header(b"x-ratelimit-remaining") or -1) for each in answers if each.status == 200) == list(range(10))


async def test_a_dollar_under_bound_is_never_passed_by_two_hundred_callers(tmp_path: Path) -> None:
    """However many ask at once, the ledger's sum stays within the limit to the nano-dollar, and agrees with what is left."""
    async with answering(answer) as url:
        with before(url, tmp_path) as gateway:
            key = await asyncio.to_thread(gateway.new_key, "money", "--limit", "spend_per_month=1.00:reserve=bound")
            answers = [each for _ in range(5) for each in await asked_together(gateway, key)]
            statuses = Counter(each.status for each in answers)
            spent = statuses[200] * COST
            entries = await asyncio.to_thread(gateway.entries)
    assert set(statuses) == {200, 429}
    assert spent <= 10**9
    assert sum(round(entry["cost_microusd"] * 1000) for entry in entries if entry["status"] == 200) == spent
    refused = next(each for each in reversed(answers) if each.status == 429)
    refused.claims(429, "billing_error")
    assert refused.header(b"x-should-retry") == b"false"
    assert refused.header(b"anthropic-ratelimit-unified-overage-period") == b"monthly"
    assert "can cost up to $0.02" in refused.json["error"]["message"]


async def test_twenty_a_minute_and_a_change(tmp_path: Path) -> None:
    """Twenty pass, the next does not, and count_tokens is counted apart; a change is in force within a second in the running gateway."""
    async with answering(answer) as url:
        with before(url, tmp_path) as gateway:
            key = await asyncio.to_thread(
                gateway.new_key, "changing", "--limit", "requests_per_minute=20", "--limit", "requests_per_month=5000"
            )
            answers = [await ask(gateway, key) for _ in range(21)]
            assert [each.status for each in answers] == [200] * 20 + [429]
            assert answers[0].header(b"x-yumen-requests-per-month-remaining") == b"4999"
            assert re.fullmatch(rb"\d{4}-\d\d-01T00:00:00Z", answers[0].header(b"x-yumen-requests-per-month-reset") or b"")
            free = [await ask(gateway, key, b"/v1/messages/count_tokens") for _ in range(20)]
            assert {each.status for each in free} == {200}
            await asyncio.to_thread(gateway.run, "limits", "set", "key:changing", "requests_per_minute=40")
            await asyncio.to_thread(wait_for, lambda: asyncio.run(ask(gateway, key)).status == 200, "the new limit", 10)


async def test_a_crash_frees_what_was_held_and_charges_what_was_sent(tmp_path: Path) -> None:
    """Of a gateway that died in the middle of an answer, the next one charges the estimate, and the place and the reservation are free."""
    reached = asyncio.Event()

    async def hang_once(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if reached.is_set():
            await answer(asked, writer)
        else:
            reached.set()
            await asyncio.Event().wait()

    config = '[limits]\nlease_s = 1.0\n[redis]\nurl = "{}"\n'
    limits = ("--limit", "spend_per_month=1.00", "--limit", "concurrent_requests=1", "--limit", "requests_per_month=9")
    with redis_url(tmp_path / "redis") as redis:
        async with answering(hang_once) as url:
            with Gateway(tmp_path / "one", "--upstream", url, "--credential", "none", config=config.format(redis)) as gateway:
                key = await asyncio.to_thread(gateway.new_key, "crash", *limits)
                asking = asyncio.create_task(ask(gateway, key))
                await reached.wait()
                assert (await ask(gateway, key)).header(b"retry-after") == b"1"
                await asyncio.to_thread(gateway.kill)
                await asyncio.gather(asking, return_exceptions=True)
                await asyncio.to_thread(gateway.start)
                await asyncio.to_thread(wait_for, lambda: asyncio.run(left(gateway, key)) == (b"0.999998", b"8"), "the charge", 20)


async def left(gateway: Gateway, key: str) -> tuple[bytes | None, bytes | None]:
    """Ask for what is free, and return what is left of money and requests; nothing while the place is still taken."""
    told = await ask(gateway, key, b"/v1/messages/count_tokens")
    return told.header(b"x-yumen-spend-per-month-remaining"), told.header(b"x-yumen-requests-per-month-remaining")
