"""A policy over a real gateway: values are planted, and the wire, the data folder and what was printed are read."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from bench.soak import Caller, headers_for
from bench.soak.site import before, port_of
from tests.claude.streams import message
from tests.cli.command import inside
from tests.end_to_end.crossing import figures
from tests.end_to_end.upstream import Asked, answering
from tests.exchange.callers import ask, request
from tests.exchange.scripted import END, STREAM_HEAD, chunk, plain
from tests.gateway import PATIENCE_S, wait_for

MAIL, OTHER_MAIL = "alice@example.com", "bob@example.org"
PLACEHOLDER = re.compile(rb"\[EMAIL_[0-9A-Z]{10}\]")
POLICY = """
name = "planted"
[[rules]]
name = "mail"
action = "redact"
on = "request"
why = "No addresses."
recognisers = ["email"]
[[rules]]
name = "never"
action = "block"
why = "Never that."
words = ["verboten"]
"""
LATER = """
name = "later"
[[rules]]
name = "heron"
action = "flag"
why = "It has a name."
words = ["heron"]
"""
FLAGS = "SELECT rule, action, place FROM policy_flags"


def body_of(text: str) -> str:
    """A streamed turn."""
    return json.dumps({"model": "claude-opus-4-6", "max_tokens": 50, "stream": True, "messages": [{"role": "user", "content": text}]})


def reply(one: Asked, writer: asyncio.StreamWriter, before_it: Sequence[Asked]) -> None:
    """Say all placeholders again, in pieces; of a batch, that it was made, and what came of it."""
    if b"/batches HTTP" in one.head:
        writer.write(plain(b'{"id":"msgbatch_1","type":"message_batch","processing_status":"ended"}'))
    elif b"/results HTTP" in one.head:
        batch = next(each for each in before_it if b"/batches HTTP" in each.head)
        said = {"content": [{"type": "text", "text": PLACEHOLDER.findall(batch.body)[0].decode()}]}
        line = json.dumps({"custom_id": "a", "result": {"type": "succeeded", "message": said}})
        writer.write(plain(line.encode() + b"\n"))
    elif b"/batches/" in one.head:
        writer.write(plain(b'{"id":"msgbatch_1","type":"message_batch","processing_status":"in_progress"}'))
    else:
        text = " and ".join(found.decode() for found in PLACEHOLDER.findall(one.body))
        events = message([text[at : at + 3] for at in range(0, len(text), 3)])
        writer.write(STREAM_HEAD + b"".join(map(chunk, events)) + END)


def read(data: Path, statement: str) -> list[tuple[object, ...]]:
    """Ask a data folder's database."""
    (file,) = data.glob("*.db")
    connection = sqlite3.connect(file)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def text_in(body: bytes) -> str:
    """What a stream says."""
    deltas = [json.loads(line[6:]) for line in body.split(b"\n") if line.startswith(b"data: ") and b"text_delta" in line]
    return "".join(delta["delta"]["text"] for delta in deltas)


async def test_planted_values_stay_here_and_come_back(tmp_path: Path) -> None:
    """Over two turns of a session and a batch: none on the wire, none in the data folder or the output; the caller sees its own."""
    wire: list[Asked] = []

    async def hear(one: Asked, writer: asyncio.StreamWriter) -> None:
        wire.append(one)
        reply(one, writer, wire)

    folder = tmp_path / "gateway"
    folder.mkdir()
    (folder / "planted.toml").write_text(POLICY)
    async with answering(hear) as upstream:
        with before(upstream, folder, "--policy", str(folder / "planted.toml")) as gateway:
            headers = headers_for(await asyncio.to_thread(gateway.new_key, "planted"))
            in_session = headers | {"x-yumen-session": "customer-42"}
            one = Caller(port_of(gateway), in_session)
            first = await asyncio.wait_for(one.ask(body_of(f"I am {MAIL}.")), PATIENCE_S)
            second = await asyncio.wait_for(one.ask(body_of(f"And {OTHER_MAIL}. Who am I?")), PATIENCE_S)
            blocked = await asyncio.wait_for(one.ask(body_of(f"{MAIL} is verboten")), PATIENCE_S)
            await one.close()
            await asyncio.to_thread(wait_for, lambda: len(read(gateway.data, FLAGS)) > 2, "flags to be written while it serves")
            ((workspace,),) = read(gateway.data, "SELECT owner FROM sessions")
            stored = await asyncio.to_thread(inside, folder, "sessions", "show", "customer-42", "--workspace", str(workspace))
            params = json.loads(body_of(MAIL)) | {"stream": False}
            batch = json.dumps({"requests": [{"custom_id": "a", "params": params}]}).encode()
            pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
            assert (await ask(port_of(gateway), request(b"POST", b"/v1/messages/batches", *pairs, body=batch))).status == 200
            results = await ask(port_of(gateway), request(b"GET", b"/v1/messages/batches/msgbatch_1/results", *pairs))
            kept = read(gateway.data, "SELECT resource_id FROM placeholders")
            assert (await ask(port_of(gateway), request(b"DELETE", b"/v1/messages/batches/msgbatch_1", *pairs))).status == 200
            await asyncio.to_thread(
                wait_for, lambda: not read(gateway.data, "SELECT 1 FROM placeholders"), "what was deleted to be forgotten"
            )
            metrics = await asyncio.to_thread(figures, gateway)
            entries = await asyncio.to_thread(gateway.entries)
        output = gateway.output()
    assert text_in(first.body) == MAIL
    assert text_in(second.body).split(" and ")[:2] == [MAIL, MAIL]
    assert text_in(second.body).endswith(OTHER_MAIL)
    assert (blocked.status, json.loads(blocked.body)["error"]["type"]) == (400, "policy_blocked")
    assert MAIL in results.body.decode()
    assert kept == [("msgbatch_1",)]
    assert PLACEHOLDER.search(stored.out.encode()), stored
    assert MAIL not in stored.out
    assert 'yumen_policy_hits_total{action="block",mode="enforce",on="request"} 1' in metrics
    assert 'yumen_dependency_up{dependency="policies"} 1' in metrics
    written = [path.read_bytes() for path in gateway.data.rglob("*") if path.is_file()]
    for value in (MAIL, OTHER_MAIL, "verboten"):
        assert not any(value.encode() in one.head + one.body for one in wire)
        assert not any(value.encode() in each for each in written)
        assert value not in output
    assert read(gateway.data, "SELECT count(*) FROM session_turns") == [(2,)]  # what was blocked was no turn
    assert set(read(gateway.data, FLAGS)) >= {
        ("mail", "redact", "messages"),
        ("never", "block", "messages"),
    }
    assert any("planted/mail redact" in str(entry.get("policy_note", entry)) for entry in entries)


async def test_a_policy_that_is_attached_holds_at_once(tmp_path: Path) -> None:
    """In a gateway that runs; a repeat with an idempotency key is not given what was answered before, under other policies."""
    folder = tmp_path / "gateway"
    folder.mkdir()
    (folder / "later.toml").write_text(LATER)

    async def hear(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(STREAM_HEAD + b"".join(map(chunk, message(["a heron"]))) + END)

    async with answering(hear) as upstream:
        with before(upstream, folder) as gateway:
            key = await asyncio.to_thread(gateway.new_key, "kept", "--content", "all")
            async with Caller(port_of(gateway), headers_for(key) | {"idempotency-key": "once"}) as one:
                first, again = [await asyncio.wait_for(one.ask(body_of("Which bird?")), PATIENCE_S) for _ in range(2)]
                assert (first.status, again.status, first.body == again.body) == (200, 200, True)
                for words in (("add", str(folder / "later.toml")), ("attach", "later", "--organization", "default")):
                    assert (await asyncio.to_thread(inside, folder, "policy", *words)).code == 0
                late = first
                async with asyncio.timeout(PATIENCE_S):
                    while late.status == 200:  # until the gateway has heard of it
                        late = await one.ask(body_of("Which bird?"))
            async with Caller(port_of(gateway), headers_for(key)) as other:
                assert (await asyncio.wait_for(other.ask(body_of("Which bird?")), PATIENCE_S)).status == 200
    assert b"idempotency" in late.body
    assert set(read(gateway.data, FLAGS)) == {("heron", "flag", "messages")}
