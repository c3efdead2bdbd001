"""What stands before the store of conversations: policy, the organization's key, and an isolated organization's word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from tests.exchange.callers import ask
from tests.exchange.scripted import upstream
from tests.isolation.keys import Secrets, keks, keyring
from tests.sessions.gateway.home import Guarded, home, speaking, turn, user
from yumen.errors import PolicyBlocked
from yumen.exchange import Exchange
from yumen.storage import Database

VALUE, PLACEHOLDER = b"ann@example.com", b"[EMAIL_0123456789]"
SYSTEM = b'"system":"Ann is ann@example.com.","tools":[{"name":"ann@example.com"}],'


def bytes_in(folder: Path) -> bytes:
    """What the database's files hold, the write-ahead log's too."""
    return b"".join(path.read_bytes() for path in folder.glob("yumen.db*"))


async def redacted(_: Exchange, raw: bytes) -> bytes:
    """Put a placeholder for the value; a request that says `forbidden` may not be sent."""
    if b"forbidden" in raw:
        raise PolicyBlocked
    assert set(json.loads(raw)) <= {"messages", "system", "tools"}
    return raw.replace(VALUE, PLACEHOLDER)


def checking(seen: list[dict[str, str]]) -> Any:  # noqa: ANN401  (a change of the house)
    """A policy stage that redacts what is sent, and notes what the placeholders of earlier turns stand for."""

    async def check(exchange: Exchange) -> None:
        assert exchange.body is not None
        if exchange.turn is not None:
            seen.append(dict(exchange.turn.placeholders))
            if VALUE in exchange.body:
                exchange.turn.placeholders[PLACEHOLDER.decode()] = VALUE.decode()
        exchange.body = exchange.body.replace(VALUE, PLACEHOLDER)

    return lambda _: check


async def test_what_is_stored_is_what_the_upstream_saw(tmp_path: Path, database: Database) -> None:
    """Question, system and tools are stored as policy leaves them, in bytes that the next turn begins with."""
    seen: list[dict[str, str]] = []
    async with (
        upstream(speaking(b"Write to [EMAIL_0123456789].")) as up,
        home(up, tmp_path, database, guarded=Guarded(redacted), check=checking(seen)) as one,
    ):
        await one.say("I am ann@example.com", more=SYSTEM)
        session, (first,) = await one.stored()
        await one.say("Who am I?")
        await one.quiet()
        held = b"".join(each or b"" for each in (session.system, session.tools, first.question, first.answer))
        assert VALUE not in held
        assert held.count(PLACEHOLDER) == 4
        assert VALUE not in b"".join(call.body for call in up.calls)
        assert first.question in up.calls[1].body
        assert first.question in up.calls[0].body


async def test_placeholders_of_earlier_turns_are_known(tmp_path: Path, database: Database) -> None:
    """A later turn knows what the placeholders of earlier ones stand for; a turn that does not count leaves none."""
    seen: list[dict[str, str]] = []
    async with (
        upstream(speaking()) as up,
        home(up, tmp_path, database, guarded=Guarded(redacted), check=checking(seen)) as one,
    ):
        for text in ("Hello", "I am ann@example.com", "Who am I?", "And again?"):
            await one.say(text)
            await one.quiet()
        known = {PLACEHOLDER.decode(): VALUE.decode()}
        assert seen == [{}, {}, known, known]
        assert msgspec.json.decode((await one.stored())[0].placeholders or b"{}") == known


async def test_a_question_that_may_not_be_sent_leaves_no_trace(tmp_path: Path, database: Database) -> None:
    """What policy blocks is refused before anything is stored: no session, no turn, no call."""
    async with upstream(speaking()) as up, home(up, tmp_path, database, guarded=Guarded(redacted)) as one:
        answer = await one.say("something forbidden")
        answer.claims(400, "policy_blocked")
        assert answer.header(b"x-should-retry") == b"false"
        await one.quiet()
        assert (up.calls, one.store.calls) == ([], [])
        assert (await one.say("something else")).status == 200
        assert len((await one.stored())[1]) == 1


async def test_an_isolated_organization_has_no_sessions(tmp_path: Path, database: Database) -> None:
    """Where an organization lets no content be stored, the header is refused, and the sentence says what to do."""

    def isolated(stage: Any) -> Any:  # noqa: ANN401  (a stage of the house)
        async def authenticate(exchange: Exchange) -> None:
            await stage(exchange)
            assert exchange.principal is not None
            exchange.principal = msgspec.structs.replace(exchange.principal, isolated=True)

        return authenticate

    async with upstream(speaking()) as up, home(up, tmp_path, database, authenticate=isolated) as one:
        answer = await one.say("1")
        answer.claims(400, "invalid_request_error")
        assert "isolated" in answer.json["error"]["message"]
        assert (up.calls, one.store.calls) == ([], [])


async def test_a_conversation_goes_on_sealed(tmp_path: Path, database: Database) -> None:
    """Turn after turn the upstream gets the same bytes before it, and no file of the database holds what was said."""
    ring = keyring(database, keks(tmp_path))
    async with upstream(speaking(b"petunia")) as up, home(up, tmp_path, database, guarded=Guarded(sealer_of=ring.sealer)) as one:
        for text in ("geranium", "begonia", "zinnia"):
            assert (await one.say(text)).status == 200
            await one.quiet()
        bodies = [call.body for call in up.calls]
        assert [body.count(b"petunia") for body in bodies] == [0, 1, 2]
        assert user("geranium") in bodies[2]
        files = bytes_in(tmp_path)
        assert b"session_turns" in files
        assert [word for word in (b"geranium", b"begonia", b"zinnia", b"petunia") if word in files] == []


async def test_without_the_key_nothing_is_stored_or_sent(tmp_path: Path, database: Database) -> None:
    """Where the key of content cannot be had, a session's turn gets a 529 that may be tried again; other requests go on."""
    secrets = Secrets()
    ring = keyring(database, keks(tmp_path, secrets, "env:KEY"))
    async with upstream(speaking()) as up, home(up, tmp_path, database, guarded=Guarded(sealer_of=ring.sealer)) as one:
        answer = await one.say("1")
        answer.claims(529, "overloaded_error")
        assert answer.header(b"x-should-retry") == b"true"
        assert (up.calls, one.store.calls) == ([], [])
        assert ring.fault == "env:KEY is away"


async def test_a_broken_session_is_said_to_be_broken(tmp_path: Path, database: Database) -> None:
    """A session that somebody changed in the database is refused in a sentence, each time, and holds up nobody."""
    ring = keyring(database, keks(tmp_path))
    async with upstream(speaking()) as up, home(up, tmp_path, database, guarded=Guarded(sealer_of=ring.sealer)) as one:
        await one.say("1")
        await one.quiet()
        async with database.begin() as connection:
            await connection.execute(sa.text("UPDATE session_turns SET question = answer"))
        for _ in range(2):
            answer = await one.say("2")
            answer.claims(500, "api_error")
            assert "not what was written" in answer.json["error"]["message"]
            counted = await ask(one.port, turn(user("2"), path=b"/count_tokens"))
            counted.claims(500, "api_error")
        assert len(up.calls) == 1
        assert one.pauses == []
