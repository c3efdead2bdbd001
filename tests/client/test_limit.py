"""The limits of the library, counted by when the server received each call: exact, fair, given back, and shared."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import anthropic
import pytest

from tests.client.scripted import Said, Scripted
from tests.gateway import PATIENCE_S, ROOT, clean_environment
from tests.valkey import Valkey
from yumen import AsyncClaude, Claude, Limit, LimitReached, OperatorError, Retry
from yumen.client.limiter import Limiter

ASK: dict[str, Any] = {"model": "claude-sonnet-5-5", "max_tokens": 9, "messages": [{"role": "user", "content": "hello"}]}
CALLS, PERIOD, AT_ONCE = 12, 0.25, 3


@pytest.fixture
def server() -> Iterator[Scripted]:
    """Answer everything."""
    server = Scripted(loop_turns=3)
    yield server
    server.close()


def most_in_any(period: float, times: Sequence[float]) -> int:
    """Return how many of these times lie in the fullest window of that length."""
    ordered = sorted(times)
    return max(sum(begin <= moment < begin + period for moment in ordered) for begin in ordered)


def test_threads_and_tasks_on_several_clients(server: Scripted) -> None:
    """However many threads, tasks and clients ask, the server never sees more in any period, nor at once; and nobody waits for ever."""
    limit = Limit(calls=CALLS, period=PERIOD, concurrent=AT_ONCE)
    clients = [Claude(api_key="k", base_url=server.url, limit=limit) for _ in range(2)]

    def in_thread(place: int) -> None:
        for _ in range(3):
            clients[place % 2].messages.create(**ASK)

    async def in_tasks() -> None:
        async with AsyncClaude(api_key="k", base_url=server.url, limit=limit) as claude, asyncio.TaskGroup() as group:
            for _ in range(12):
                group.create_task(claude.messages.create(**ASK))

    threads = [threading.Thread(target=in_thread, args=(place,)) for place in range(8)]
    threads.append(threading.Thread(target=asyncio.run, args=(in_tasks(),)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert not any(thread.is_alive() for thread in threads)
    assert len(server.times) == 36
    assert most_in_any(PERIOD, server.times) <= CALLS
    assert server.most_open <= AT_ONCE
    for client in clients:
        client.close()


def test_who_does_not_wait_is_told(server: Scripted) -> None:
    """`wait=False` raises with what is full, before anything is sent; a wait with an end raises then."""
    with Claude(api_key="k", base_url=server.url, limit=Limit(calls=1, period=60, wait=False)) as claude:
        claude.messages.create(**ASK)
        with pytest.raises(LimitReached, match="calls = 1"):
            claude.messages.create(**ASK)
        patient = claude.copy(limit=Limit(calls=1, period=60, wait=0.01))
        with pytest.raises(LimitReached, match=r"within 0\.01 s"):
            patient.messages.create(**ASK)
    assert len(server.times) == 1


def test_each_attempt_counts(server: Scripted) -> None:
    """A retry is a call too: the server counts it."""
    server.script = (Said(529),)
    retry = Retry(attempts=3, wait_min=0, wait_max=0)
    limit = Limit(calls=2, period=60, wait=False)
    with Claude(api_key="k", base_url=server.url, retry=retry, limit=limit) as claude, pytest.raises(LimitReached):
        claude.messages.create(**ASK)
    assert len(server.times) == 2


def test_what_never_left_is_given_back(server: Scripted) -> None:
    """A call without a connection takes no place."""
    limit = Limit(calls=1, period=60, wait=False, name="given back")
    nowhere = Claude(api_key="k", base_url="http://127.0.0.1:9", limit=limit, retry=Retry(attempts=1))
    for _ in range(2):
        with pytest.raises(anthropic.APIConnectionError):
            nowhere.messages.create(**ASK)
    with Claude(api_key="k", base_url=server.url, limit=limit) as claude:
        claude.messages.create(**ASK)
    assert len(server.times) == 1


def test_a_stream_is_held_until_its_end_or_until_nobody_has_it(server: Scripted) -> None:
    """A stream counts as one at once while it is open; one that is left behind unread is given back."""
    with Claude(api_key="k", base_url=server.url, limit=Limit(concurrent=1, wait=False)) as claude:
        stream = claude.messages.create(**ASK, stream=True)
        with pytest.raises(LimitReached, match="concurrent = 1"):
            claude.messages.create(**ASK)
        assert [event.type for event in stream][-1] == "message_stop"
        waiting = claude.copy(limit=Limit(concurrent=1, wait=PATIENCE_S))
        waiting.messages.create(**ASK)
        left_behind = waiting.messages.create(**ASK, stream=True)
        del left_behind
        gc.collect()
        waiting.messages.create(**ASK)


def test_what_is_open_keeps_its_place(server: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lease of a long stream is renewed again and again, until its end."""
    renewed = threading.Semaphore(0)
    renew = Limiter.renew

    async def counted(limiter: Limiter) -> None:
        await renew(limiter)
        renewed.release()

    monkeypatch.setattr("yumen.client.limiter.LEASE_S", 0.03)
    monkeypatch.setattr(Limiter, "renew", counted)
    with Claude(api_key="k", base_url=server.url, limit=Limit(concurrent=1, wait=False, name="long")) as claude:
        stream = claude.messages.create(**ASK, stream=True)
        assert all(renewed.acquire(timeout=PATIENCE_S) for _ in range(5))
        with pytest.raises(LimitReached):
            claude.messages.create(**ASK)
        stream.close()


def test_tokens_are_settled_by_the_answer(server: Scripted) -> None:
    """Output tokens count as the answer says them: after more than a minute's worth, the next call has to wait."""
    with Claude(api_key="k", base_url=server.url, limit=Limit(output_tokens_per_minute=10, wait=False)) as claude:
        claude.messages.create(**ASK)  # 15 tokens
        with pytest.raises(LimitReached, match="output_tokens_per_minute = 10") as caught:
            claude.messages.create(**ASK)
    assert caught.value.retry_after == pytest.approx(36, abs=1)
    with (
        Claude(api_key="k", base_url=server.url, limit=Limit(input_tokens_per_minute=3)) as claude,
        pytest.raises(LimitReached, match="ever"),
    ):
        claude.messages.create(**ASK)


def test_money_ends_at_the_limit(server: Scripted) -> None:
    """Spending is counted by what each answer cost; nobody waits for a day's end, and a model without a price is refused."""
    limit = Limit(spend_per_day="0.012", name="money")
    with Claude(api_key="k", base_url=server.url, limit=limit) as claude:
        claude.messages.create(**ASK)
        with pytest.raises(LimitReached, match=r"spend_per_day = 0\.012 USD"):
            [claude.messages.create(**ASK) for _ in range(99)]
        with pytest.raises(LimitReached, match="price of claude-nobody is not known"):
            claude.messages.create(**ASK | {"model": "claude-nobody"})
    assert 1 < len(server.times) < 99


def test_a_cancelled_wait_leaves_nothing(server: Scripted) -> None:
    """A task that is cancelled while it waits keeps no place: the others go on."""
    limit = Limit(concurrent=1)

    async def hurried() -> None:
        async with AsyncClaude(api_key="k", base_url=server.url, limit=limit) as claude:
            stream = await claude.messages.create(**ASK, stream=True)
            waiting = [asyncio.create_task(claude.messages.create(**ASK)) for _ in range(5)]
            await asyncio.sleep(0)
            for task in waiting[:4]:
                task.cancel()
            await stream.close()
            await asyncio.wait_for(waiting[4], PATIENCE_S)

    asyncio.run(hurried())
    assert len(server.times) == 2


@pytest.mark.parametrize("wrong", [{"calls": 0}, {"period": 0}, {"spend_per_day": 1.5}, {"spend_per_month": "much"}, {"concurrent": -1}])
def test_a_limit_that_cannot_be_meant(wrong: dict[str, Any]) -> None:
    """It is refused when it is written; so are dollars as floats."""
    with pytest.raises(OperatorError):
        Limit(**wrong)


def test_the_address_of_redis_is_shown_to_nobody() -> None:
    """A password may stand in it."""
    assert "hidden" not in repr(Limit(calls=1, redis="redis://:hidden@127.0.0.1/0"))


PROGRAM = """
import json, sys
from concurrent.futures import ThreadPoolExecutor
from yumen import Claude, Limit
url, redis = sys.argv[1:3]
claude = Claude(api_key="k", base_url=url, limit=Limit(calls=8, period=0.4, concurrent=2, redis=redis, name="both"))
ask = {"model": "claude-sonnet-5-5", "max_tokens": 9, "messages": [{"role": "user", "content": "hello"}]}
with ThreadPoolExecutor(5) as threads:
    print(sum(1 for _ in threads.map(lambda _: claude.messages.create(**ask), range(10))))
"""


def test_two_processes_share_a_limit_through_redis(server: Scripted, tmp_path: Path) -> None:
    """Both together never pass it, counted by when the server received their calls."""
    with Valkey(tmp_path / "valkey") as valkey:
        command = [sys.executable, "-c", PROGRAM, server.url, valkey.url]
        environment = clean_environment(YUMEN_DATA=str(tmp_path / "data"))
        both = [subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=environment) for _ in range(2)]
        assert [process.communicate(timeout=PATIENCE_S)[0] for process in both] == [b"10\n", b"10\n"]
    assert len(server.times) == 20
    assert most_in_any(0.4, server.times) <= 8
    assert server.most_open <= 2


def test_a_redis_that_is_away_is_said_in_the_programs_words(server: Scripted) -> None:
    """What Redis's client says goes on, without the password; of a gateway, which there may be none of, nothing is said."""
    limit = Limit(calls=1, redis="redis://:a-secret@127.0.0.1:1/0")
    with Claude(api_key="k", base_url=server.url, limit=limit) as claude, pytest.raises(OperatorError) as caught:
        claude.messages.create(**ASK)
    said = str(caught.value)
    assert "127.0.0.1:1" in said
    assert "gateway" not in said
    assert "a-secret" not in said
    assert not server.times
