"""Prompts that are tried: with which key, how the answer passes through, and what refuses."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx2
import pytest

from tests.console.api.world import World
from tests.console.pages.playground.trying import BODY, EVENTS, FIRST, LAST, Pieces, Served, signed_in, staging_of, whole
from tests.console.pages.visitor import Visitor
from tests.organizations.doubles import ME
from yumen.console.purse_watch import PurseWatch
from yumen.keys.values import KeyRecord, Role

HOUR_US = 3_600_000_000
JSON = {"content-type": "application/json"}


class Claude:
    """Answers the console's calls, and knows them."""

    def __init__(self, world: World, answer: httpx2.Response | None = None) -> None:
        self.asked: list[httpx2.Request] = []
        self.answer: Callable[[], httpx2.Response] = lambda: answer or whole(200, FIRST + LAST, EVENTS)
        world.claude = self.answering

    async def answering(self, request: httpx2.Request) -> httpx2.Response:
        """Answer, as it was said."""
        self.asked.append(request)
        return self.answer()

    def keys(self) -> list[str]:
        """Return the texts of the keys that were used."""
        return [each.headers["x-api-key"] for each in self.asked]


async def keys_named_playground(world: World) -> list[KeyRecord]:
    """Return the keys that the playground made."""
    return [each for each in await world.town.keys.every() if each.name == "playground"]


async def test_a_prompt_goes_out_as_it_is_with_a_key_of_the_visitors(world: World) -> None:
    """The key is an ordinary one of the member, in the chosen workspace, for an hour; the next call uses it again."""
    claude, (visitor, user_id) = Claude(world), await signed_in(world, Role.ADMIN)
    workspace = await staging_of(world, world.a)
    for _ in range(2):
        answer = await visitor.ask(f"/playground/messages?workspace={workspace}", BODY)
        assert (answer.status_code, answer.content, answer.headers["request-id"]) == (200, FIRST + LAST, "req_1")
        assert answer.headers["content-type"].startswith("text/event-stream")
    [key] = await keys_named_playground(world)
    assert (key.workspace_id, key.user_id, key.organization_id, key.role) == (workspace, user_id, world.a, None)
    assert key.expires_at_us is not None
    assert 0 < key.expires_at_us - key.created_at_us <= HOUR_US
    assert len(set(claude.keys())) == 1
    assert claude.keys()[0].startswith(f"yk-staging-{key.public_id}-")
    assert json.loads(claude.asked[0].content) == BODY


async def test_a_form_sends_no_prompt(world: World) -> None:
    """Only the page's script does: a form's body was read for its token already, and nothing would be left to send."""
    claude, (visitor, _) = Claude(world), await signed_in(world)
    workspace = await staging_of(world, world.a)
    answer = await visitor.post(f"/playground/messages?workspace={workspace}", {"model": "m"})
    assert answer.headers["location"] == "/playground"
    assert (claude.asked, await keys_named_playground(world)) == ([], [])


async def test_each_session_and_workspace_has_a_key_of_its_own(world: World) -> None:
    """Nobody's prompts run under another's key."""
    claude = Claude(world)
    places = [each.id for each in await world.offices.workspaces.every(world.a)]
    for visitor in [(await signed_in(world))[0] for _ in range(2)]:
        for place in places:
            assert (await visitor.ask(f"/playground/messages?workspace={place}", BODY)).status_code == 200
    assert len(set(claude.keys())) == 2 * len(places)


async def test_a_key_that_has_ended_or_was_revoked_is_made_anew(world: World) -> None:
    """After an hour, and after a 401, the next try has another key."""
    claude, (visitor, _) = Claude(world), await signed_in(world)
    path = f"/playground/messages?workspace={await staging_of(world, world.a)}"
    await visitor.ask(path, BODY)
    world.clock.pass_s(3600)
    usual, claude.answer = claude.answer, lambda: whole(401, b"{}", JSON)
    assert (await visitor.ask(path, BODY)).status_code == 401
    claude.answer = usual
    await visitor.ask(path, BODY)
    assert len(set(claude.keys())) == 3


async def test_a_key_ends_with_its_session(world: World) -> None:
    """Signing out revokes the keys of that session, of no other; and the process takes all with it."""
    Claude(world)
    watch = PurseWatch(world.services.purse, world.town.keys, world.clock)
    visitors = [(await signed_in(world))[0] for _ in range(2)]
    for visitor in visitors:
        for workspace in await world.offices.workspaces.every(world.a):
            await visitor.ask(f"/playground/messages?workspace={workspace.id}", BODY)
    await watch.follow()
    assert [each.revoked_at_us for each in await keys_named_playground(world)] == [None] * 4
    await visitors[0].post("/sign-out")
    await watch.follow()
    assert [each.revoked_at_us is not None for each in await keys_named_playground(world)] == [True, True, False, False]
    await watch.close()
    assert all(each.revoked_at_us for each in await keys_named_playground(world))


async def test_a_key_never_outlives_its_session(world: World) -> None:
    """In the last hour of a session, the key has what the session has left."""
    Claude(world)
    session = await world.session(world.a)
    visitor = Visitor(world, session.key)
    await visitor.get("/playground")
    world.clock.pass_s(11.5 * 3600)
    await visitor.ask(f"/playground/messages?workspace={await staging_of(world, world.a)}", BODY)
    [key] = await keys_named_playground(world)
    assert key.expires_at_us == session.expires_us


async def test_pieces_pass_as_they_come(world: World) -> None:
    """The second piece is asked for only when the first one has been sent: nothing is collected."""
    pieces = Pieces()
    Claude(world, httpx2.Response(200, stream=pieces, headers=EVENTS))
    served = Served(world, (await signed_in(world))[0], f"/playground/messages?workspace={await staging_of(world, world.a)}")
    served.on_piece = lambda _: pieces.go_on.set()
    await asyncio.wait_for(served.run(), 10)
    assert (served.status, served.sent) == (200, [FIRST, LAST])
    assert pieces.closed


async def test_an_answer_ends_with_the_session_that_asked(world: World) -> None:
    """Whoever is signed out elsewhere meanwhile gets an error in the place of the rest, and the call is given up."""
    pieces, (visitor, user_id) = Pieces(), await signed_in(world)
    Claude(world, httpx2.Response(200, stream=pieces, headers=EVENTS))
    served = Served(world, visitor, f"/playground/messages?workspace={await staging_of(world, world.a)}")

    async def sign_out() -> None:
        await world.offices.members.remove(ME, world.a, user_id)
        world.clock.pass_s(1)
        pieces.go_on.set()

    served.on_piece = lambda piece: ending.append(asyncio.ensure_future(sign_out())) if piece == FIRST else None
    ending = list[asyncio.Future[None]]()
    await asyncio.wait_for(served.run(), 10)
    assert served.sent[0] == FIRST
    assert LAST not in served.sent
    assert b"authentication_error" in served.sent[-1]
    assert pieces.closed


async def test_an_answer_in_one_piece_is_not_for_whoever_was_signed_out_meanwhile(world: World) -> None:
    """As nothing of it went out before, a refusal stands in its place."""
    visitor, user_id = await signed_in(world)

    async def answering(_: httpx2.Request) -> httpx2.Response:
        await world.offices.members.remove(ME, world.a, user_id)
        world.clock.pass_s(1)
        return whole(200, b'{"content":[]}', JSON)

    world.claude = answering
    answer = await visitor.ask(f"/playground/messages?workspace={await staging_of(world, world.a)}", BODY)
    assert (answer.status_code, answer.json()["error"]["type"]) == (401, "authentication_error")


async def test_whoever_leaves_ends_the_call(world: World) -> None:
    """When the browser is gone, the call is given up at once, though nothing more comes of it."""
    pieces = Pieces()
    Claude(world, httpx2.Response(200, stream=pieces, headers=EVENTS))
    served = Served(world, (await signed_in(world))[0], f"/playground/messages?workspace={await staging_of(world, world.a)}")
    served.on_piece = lambda _: served.left.set()
    await asyncio.wait_for(served.run(), 10)
    assert served.sent == [FIRST]
    assert pieces.closed


async def test_a_browser_that_is_gone_before_the_first_byte_ends_the_call(world: World) -> None:
    """An answer of which nothing was read is given up too."""
    pieces = Pieces()
    Claude(world, httpx2.Response(200, stream=pieces, headers=EVENTS))
    served = Served(world, (await signed_in(world))[0], f"/playground/messages?workspace={await staging_of(world, world.a)}")
    served.gone = True
    with suppress(OSError, ExceptionGroup):
        await asyncio.wait_for(served.run(), 10)
    assert pieces.closed


async def test_an_answer_that_breaks_off_ends_in_an_error_event(world: World) -> None:
    """A failure is never a well-formed empty success."""
    Claude(world, httpx2.Response(200, stream=Pieces(breaks=True), headers=EVENTS))
    visitor, _ = await signed_in(world)
    answer = await visitor.ask(f"/playground/messages?workspace={await staging_of(world, world.a)}", BODY)
    assert answer.content.startswith(FIRST)
    assert b"\n\nevent: error\ndata: {" in answer.content
    assert answer.content.endswith(b"\n\n")


@pytest.mark.parametrize("status", [400, 429, 529])
async def test_a_refusal_arrives_as_it_is(world: World, status: int) -> None:
    """What a limit or a policy says is said, with its status and when to come again."""
    said = b'{"type":"error","error":{"type":"rate_limit_error","message":"Wait."}}'
    Claude(world, whole(status, said, JSON | {"retry-after": "7", "request-id": "req_2"}))
    visitor, _ = await signed_in(world)
    answer = await visitor.ask(f"/playground/messages?workspace={await staging_of(world, world.a)}", BODY)
    assert (answer.status_code, answer.content) == (status, said)
    assert (answer.headers["retry-after"], answer.headers["request-id"]) == ("7", "req_2")


async def test_a_gateway_that_does_not_answer_is_said(world: World) -> None:
    """The visitor reads a sentence, in Claude's shape."""
    visitor, _ = await signed_in(world)
    answer = await visitor.ask(f"/playground/messages?workspace={await staging_of(world, world.a)}", BODY)
    assert answer.status_code == 502
    assert answer.json()["error"]["message"]


async def test_nothing_is_sent_from_elsewhere_or_without_the_right(world: World) -> None:
    """A viewer, another organization's workspace, none at all, and a page of another site send nothing and make no key."""
    claude = Claude(world)
    workspace, foreign = await staging_of(world, world.a), await staging_of(world, world.b)
    viewer, _ = await signed_in(world, Role.VIEWER)
    await viewer.get("/nowhere")
    assert (await viewer.ask(f"/playground/messages?workspace={workspace}", BODY)).status_code == 403
    visitor, _ = await signed_in(world)
    assert (await visitor.ask(f"/playground/messages?workspace={foreign}", BODY)).status_code == 404
    assert (await visitor.ask("/playground/messages", BODY)).status_code == 400
    visitor.token = "0" * 40
    assert (await visitor.ask(f"/playground/messages?workspace={workspace}", BODY)).status_code == 403
    assert claude.asked == []
    assert await keys_named_playground(world) == []


async def test_a_body_that_is_too_long_is_refused_before_it_is_read(world: World) -> None:
    """Its length is asked first."""
    claude, (visitor, _) = Claude(world), await signed_in(world)
    headers: dict[str, Any] = {"accept": "application/json", "x-csrf-token": visitor.token, "content-type": "application/json"}
    path = f"/playground/messages?workspace={await staging_of(world, world.a)}"
    for length, status in ((str(32 * 1024 * 1024 + 1), 413), ("many", 400)):
        answer = await visitor.client.post(path, content=b"{}", headers=headers | {"content-length": length})
        assert answer.status_code == status
    assert claude.asked == []
