"""A client's connections: kept alive, bounded, shared by threads, tasks, loops and copies, made anew after a fork, closed at the end."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import anthropic
import httpx2

from tests.client.stand_in import StandIn
from tests.client.test_credentials import ask
from yumen import AsyncClaude, Claude, Pool
from yumen.client.opening import origin_of

CALL = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}


async def ask_async(claude: AsyncClaude) -> str:
    """Ask once; return what was said."""
    message: anthropic.types.Message = await claude.messages.create(**CALL)  # type: ignore[call-overload]
    block = message.content[0]
    assert block.type == "text"
    return block.text


def test_calls_and_copies_use_one_connection_again(stand_in: StandIn) -> None:
    """One after another they need no second one; closing the client closes it."""
    with Claude(api_key="k", base_url=stand_in.url) as claude:
        for _ in range(5):
            ask(claude.with_options(timeout=9))
        assert stand_in.connections == 1
    assert claude.is_closed()


def test_threads_share_a_client_within_its_bounds(stand_in: StandIn) -> None:
    """Sixteen threads make 64 calls over at most four connections, and none fails."""
    with Claude(api_key="k", base_url=stand_in.url, pool=Pool(connections=4)) as claude, ThreadPoolExecutor(16) as threads:
        assert list(threads.map(lambda _: ask(claude), range(64))) == ["Hello."] * 64
        assert 1 <= stand_in.connections <= 4


def test_tasks_share_a_client_within_its_bounds(stand_in: StandIn) -> None:
    """The same with 64 tasks."""

    async def main() -> None:
        async with AsyncClaude(api_key="k", base_url=stand_in.url, pool=Pool(connections=4)) as claude:
            assert await asyncio.gather(*(ask_async(claude) for _ in range(64))) == ["Hello."] * 64
            assert 1 <= stand_in.connections <= 4

    asyncio.run(main())


def test_one_client_serves_loop_after_loop_and_several_at_once(stand_in: StandIn) -> None:
    """The SDK's own client fails there with `Event loop is closed`."""
    claude = AsyncClaude(api_key="k", base_url=stand_in.url)
    for _ in range(2):
        assert asyncio.run(ask_async(claude)) == "Hello."
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda _: asyncio.run(ask_async(claude)), range(8))) == ["Hello."] * 8
    gc.collect()  # what a loop left goes with it, without a warning
    asyncio.run(claude.close())
    assert claude.is_closed()


def test_a_client_that_nobody_closed_leaves_no_connection(stand_in: StandIn) -> None:
    """It closes them when it goes, without a warning of the system's (which would fail this test)."""

    def left() -> None:
        ask(Claude(api_key="k", base_url=stand_in.url))

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        left()
        gc.collect()
    assert [str(one.message) for one in said if one.category is ResourceWarning] == []


def test_an_own_client_of_http_is_taken_as_it_is() -> None:
    """What the program brings is not wrapped."""
    own = httpx2.Client()
    with Claude(api_key="k", base_url="http://127.0.0.1:9", http_client=own) as claude:
        assert claude._client is own


def in_child(work: Callable[[], bool]) -> bool:
    """Do work in the child of a fork; return whether it came out well. A child that hangs is ended."""
    child = os.fork()
    if child == 0:
        signal.alarm(30)
        try:
            os._exit(0 if work() else 1)
        except BaseException:  # noqa: BLE001  (a child that raised must not go on as a second pytest)
            os._exit(2)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_the_child_of_a_fork_has_connections_of_its_own(stand_in: StandIn) -> None:
    """Parent and child each use one connection, neither disturbs the other, and the client is the same object in both."""
    with Claude(api_key="k", base_url=stand_in.url) as claude:
        ask(claude)
        assert in_child(lambda: ask(claude) == ask(claude) == "Hello.")
        ask(claude)
    assert len(stand_in.calls) == 4
    assert stand_in.accepted == 2


def test_a_client_for_tasks_goes_on_in_the_child_of_a_fork_too(stand_in: StandIn) -> None:
    """The child begins a loop of its own, as after any fork."""
    claude = AsyncClaude(api_key="k", base_url=stand_in.url)
    assert asyncio.run(ask_async(claude)) == "Hello."
    assert in_child(lambda: asyncio.run(ask_async(claude)) == "Hello.")
    assert stand_in.accepted == 2


def test_the_child_of_a_fork_has_a_sandbox_of_its_own() -> None:
    """So it goes on when its parent has gone; the parent's is left as it was."""
    with Claude(environment="sandbox") as claude:
        origin = origin_of(claude.state)
        assert origin is not None
        before = origin()
        said = ask(claude)
        assert in_child(lambda: bool(ask(claude)) and origin() != before)
        assert origin() == before
        assert said
        assert ask(claude)
