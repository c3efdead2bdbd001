"""Answers through a whole gateway: screened while they flow, the upstream left where a rule ends them, the caller's values put back."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.claude.streams import answer_body
from tests.exchange.callers import Answer, ask, caller, ends_in_one_error, request
from tests.exchange.house import Setting
from tests.exchange.scripted import END, STREAM_HEAD, Call, Script, answers, chunk, plain, streams, until, zipped
from tests.policy.answers import BLOCK, RULES, block, content, policies, said, stream
from tests.policy.stage_house import JSON, KEY, Held, held
from yumen.exchange import Exchange, Outcome
from yumen.policy.screening import Screening
from yumen.policy.values import Action, Rule
from yumen.upstream import RetryOptions

MAIL = "ann@example.com"
RULED = policies(*RULES, BLOCK, Rule("mail", Action.REDACT, "No mail.", recognisers=("email",)))
CODE = re.compile(rb"\[EMAIL_[0-9A-Z]{10}\]")


def asking(path: bytes = b"/v1/messages", **fields: object) -> bytes:
    """A request with an address in it."""
    body = {"model": "claude-opus-4-6", "max_tokens": 9, "messages": [{"role": "user", "content": f"Write to {MAIL}"}]} | fields
    return request(b"POST", path, KEY, JSON, body=json.dumps(body).encode())


def under_rules(folder: Path, script: Script) -> AbstractAsyncContextManager[Held]:
    """A gateway under those rules."""
    return held(folder, RULED, script)


def echoing(*pieces: str) -> Script:
    """A script that streams those pieces, with the placeholder that it was sent in place of `{}`, byte by byte in the text."""

    async def script(call: Call) -> None:
        found = CODE.search(call.body)
        assert found is not None
        text = "".join(pieces).replace("{}", found[0].decode().lower())
        await call.send(STREAM_HEAD, *map(chunk, stream(("text", list(text)), ("tool_use", list(json.dumps({"to": text}))))), END)

    return script


async def test_a_block_in_the_middle_of_a_stream(tmp_path: Path) -> None:
    """The caller gets what was fine, and one error with the rule's sentence; the upstream is left; what it made so far is charged."""
    events = block(0, "text", ["This is fine. ", "It goes on long enough. ", "A bo", "mb", " is not, and so on"])
    async with under_rules(tmp_path, streams(*stream(("text", []))[:1], *events[:-1], then="hold")) as house:
        answer = await ask(house.port, asking(stream=True))
        assert answer.status == 200
        ends_in_one_error(answer, "policy_blocked")
        assert b"No bombs here" in answer.body
        assert content(answer.body)[0]["text"].startswith("This is fine. ")
        assert b"A bo" not in answer.body
        await until(lambda: house.up.last.left, "the upstream to be left")
        exchange = await house.home.last()
        assert (exchange.outcome, type(exchange.fault).__name__, exchange.estimated) == (Outcome.TRUNCATED, "PolicyBlocked", True)
        assert exchange.output_estimate_tokens > 5
        assert exchange.usage is not None
        assert exchange.usage.input_tokens == 25
        await house.home.nothing_is_open()


async def test_a_plain_answer_is_blocked_before_its_first_byte(tmp_path: Path) -> None:
    """Nothing of it was sent, so it is a status with Claude's shape of an error, which no client asks again for; its usage is charged."""
    async with under_rules(tmp_path, answers(plain(answer_body(content=[{"type": "text", "text": "a bomb"}])))) as house:
        answer = await ask(house.port, asking())
        answer.claims(400, "policy_blocked")
        assert answer.header(b"x-should-retry") == b"false"
        exchange = await house.home.last()
        assert exchange.usage is not None
        assert exchange.usage.output_tokens == 15


async def test_the_callers_own_values_come_back(tmp_path: Path) -> None:
    """The upstream never sees the value; its placeholder, in pieces and in another case, becomes it in text and tool input again."""
    async with under_rules(tmp_path, echoing("I wrote a secret to {}, ", "not to eve@example.com")) as house:
        answer = await ask(house.port, asking(stream=True))
        assert MAIL.encode() not in house.wire()
        text, used = content(answer.body)
        assert text["text"] == f"I wrote a [WORD] to {MAIL}, not to [EMAIL]"
        assert json.loads(used["input"]) == {"to": text["text"]}
        assert said(answer.body)[-1]["type"] == "message_stop"
        assert (await house.home.last()).outcome is Outcome.ANSWERED


async def test_a_store_hears_what_is_screened_and_not_restored(tmp_path: Path) -> None:
    """Who listens, as sessions do, hears the screened answer with its placeholders: what the caller may read, without its values."""
    heard: list[bytes] = []
    screening = Screening()

    class Listening:
        must_read = True

        def listen(self, status: int, *, stream: bool) -> Callable[[bytes], None]:
            assert (status, stream) == (200, True)
            return heard.append

    def screens(exchange: Exchange, *more: Any) -> Any:  # noqa: ANN401  (as the stage calls it)
        exchange.listeners = [*exchange.listeners, Listening()]
        return screening(exchange, *more)

    async with under_rules(tmp_path, echoing("a secret for {}")) as house:
        house.check._parts = house.check._parts._replace(screens=screens)
        answer = await ask(house.port, asking(stream=True))
    told = content(b"".join(heard))[0]["text"]
    assert re.fullmatch(r"a \[WORD\] for \[email_[0-9a-z]{10}\]", told)
    assert content(answer.body)[0]["text"] == f"a [WORD] for {MAIL}"


LEGACY = {"prompt": f"\n\nHuman: {MAIL}\n\nAssistant:", "max_tokens_to_sample": 9, "model": "claude-2.1"}


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_legacy_caller_is_under_the_same_rules(streamed: bool, tmp_path: Path) -> None:  # noqa: FBT001
    """A completion of 2023 is screened and restored as the Message that it is, before it takes its old form."""

    async def script(call: Call) -> None:
        found = CODE.search(call.body)
        assert found is not None
        text = f"a secret for {found[0].decode()}"
        body = answer_body(content=[{"type": "text", "text": text}])
        await call.send(*([STREAM_HEAD, *map(chunk, stream(("text", list(text)))), END] if streamed else [plain(body)]))

    async with under_rules(tmp_path, script) as house:
        old = (b"anthropic-version", b"2023-06-01")
        asked = request(b"POST", b"/v1/complete", KEY, JSON, old, body=json.dumps(LEGACY | {"stream": streamed}).encode())
        answer = await ask(house.port, asked)
        assert MAIL.encode() not in house.wire()
    assert completed(answer, streamed=streamed) == f" a [WORD] for {MAIL}"


def completed(answer: Answer, *, streamed: bool) -> str:
    """The text of a completion."""
    if not streamed:
        return str(answer.json["completion"])
    return "".join(json.loads(data)["completion"] for name, data in answer.events if name == b"completion")


async def test_a_compressed_answer_that_must_be_screened_is_refused(tmp_path: Path) -> None:
    """What cannot be read is not passed on: it ends in an error."""
    head = STREAM_HEAD.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n")

    async def script(call: Call) -> None:
        await call.send(head, *map(chunk, zipped(stream(("text", ["a secret"])))), END)

    async with under_rules(tmp_path, script) as house:
        answer = await ask(house.port, asking(stream=True))
        answer.claims(502, "api_error")


SAID = {"type": "error", "error": {"type": "invalid_request_error", "message": "no {} and no secret"}}


@pytest.mark.parametrize("kind", ["early", "plain", "events"])
async def test_an_error_is_screened_and_restored_on_every_way(kind: str, tmp_path: Path) -> None:
    """As a body, as an event of a stream that pings have begun, and where it says that it is a stream of events."""
    go_on = asyncio.Event()

    async def script(call: Call) -> None:
        if kind == "early":
            await go_on.wait()
        found = CODE.search(call.body)
        assert found is not None
        said = json.dumps(SAID).replace("{}", found[0].decode()).replace("secret", "\\u0073ecret").encode()
        whole = plain(said, status=400)
        await call.send(whole.replace(b"application/json", b"text/event-stream") if kind == "events" else whole)

    early = Setting(retry=RetryOptions(attempts=1, early_ping_s=0.001)) if kind == "early" else Setting()
    async with held(tmp_path, RULED, script, early) as house, caller(house.port) as one:
        await one.send(asking(stream=kind != "plain"))
        answer = await one.head()
        if kind == "early":
            await one.chunk()
            go_on.set()
        await one.rest(answer)
        assert b"ecret" not in answer.body
        assert f"no {MAIL} and no [WORD]".encode() in answer.body
        await house.home.nothing_is_open()
