"""Answers that go on for a while end with the session, the key or the role of whoever asked for them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

import pytest

from tests.console.api.world import World
from tests.organizations.doubles import ME, PASSWORD
from yumen.console.api import requests as requests_room
from yumen.console.api.call import NEW_VERSION, Call
from yumen.console.api.dispatch import recognise
from yumen.console.api.request_fields import AskLedgerExport, AskLedgerLive
from yumen.console.api.streams import Stream
from yumen.console.crowd import MOST
from yumen.keys.values import Role
from yumen.organizations.values import SignedIn

FIRST, SECOND = b"first", b"second"


async def nothing(_: World, __: SignedIn) -> None:
    """Let everything be."""


async def sign_out(world: World, session: SignedIn) -> None:
    """End the session."""
    await world.offices.sign_in.close(ME, session.key_id)


async def change_role(world: World, session: SignedIn) -> None:
    """Make the member something else."""
    await world.offices.members.change(ME, world.a, session.user.id, Role.BILLING)


async def remove(world: World, session: SignedIn) -> None:
    """Remove the member."""
    await world.offices.members.remove(ME, world.a, session.user.id)


async def run_out(world: World, _: SignedIn) -> None:
    """Let the session end by itself."""
    world.clock.pass_s(12 * 3600)


async def call_of(world: World, session: SignedIn) -> Call:
    """Begin a call in a session."""
    call = Call(world.services, "req_1", NEW_VERSION, "192.0.2.9")
    await recognise(call, [session.key.encode()], "/")
    return call


async def sent_by(answer: Stream) -> list[dict[str, Any]]:
    """Return what a stream sends to somebody who stays."""
    sent = list[dict[str, Any]]()

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    await answer({"type": "http", "asgi": {"spec_version": "2.4"}}, receive, send)
    return sent


async def streamed(world: World, happens: Callable[[World, SignedIn], Awaitable[None]]) -> tuple[bytes, bool]:
    """Return what came of a stream in whose middle something happens, and whether it ended in due form."""
    session = await world.session(world.a)
    call = await call_of(world, session)

    async def pieces() -> AsyncIterator[bytes]:
        yield FIRST
        await happens(world, session)
        world.clock.pass_s(1)
        yield SECOND

    sent = await sent_by(Stream(call, pieces(), "text/plain"))
    return b"".join(each.get("body", b"") for each in sent), sent[-1].get("more_body") is False


async def test_a_stream_that_nothing_befalls_comes_whole(world: World) -> None:
    """Whoever may still have it gets all of it."""
    assert await streamed(world, nothing) == (FIRST + SECOND, True)


@pytest.mark.parametrize("happens", [sign_out, change_role, remove, run_out])
async def test_a_stream_ends_with_what_it_was_allowed_by(world: World, happens: Callable[[World, SignedIn], Awaitable[None]]) -> None:
    """Whoever signed out, was removed or got another role gets nothing more, and not the end of a whole answer either."""
    assert await streamed(world, happens) == (FIRST, False)


async def test_one_person_does_not_take_all_connections(world: World) -> None:
    """Beyond a dozen at once, in however many sessions, one is refused and told when to come again; each that ends makes room."""
    session = await world.session(world.a)
    again = await world.offices.sign_in.open(session.user.email, PASSWORD, "192.0.2.9")
    assert isinstance(again, SignedIn)
    statuses = list[int]()

    async def pieces(depth: int) -> AsyncIterator[bytes]:
        yield FIRST
        if depth < MOST:
            call = await call_of(world, session if depth % 2 else again)
            statuses.append((await sent_by(Stream(call, pieces(depth + 1), "text/plain")))[0]["status"])

    for _ in range(2):
        await sent_by(Stream(await call_of(world, session), pieces(0), "text/plain"))
    assert statuses == ([429] + [200] * (MOST - 1)) * 2
    assert (await sent_by(Stream(await call_of(world, await world.session(world.a)), pieces(MOST), "text/plain")))[0]["status"] == 200


async def test_exports_and_live_requests_are_such_streams(world: World) -> None:
    """What goes on for a while is looked at anew."""
    call = await call_of(world, await world.session(world.a))
    assert isinstance(await requests_room.export(call, AskLedgerExport()), Stream)
    assert isinstance(await requests_room.live(call, AskLedgerLive(seconds=0)), Stream)
