"""Text Completions of 2023 from end to end: both dialects, plain and streamed, before an upstream that speaks Messages alone."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from tests.claude.streams import answer_body, block, message, start
from tests.exchange.callers import Answer, ask, request
from tests.exchange.house import house
from tests.exchange.scripted import answers, plain, streams, upstream
from yumen.exchange import Outcome

OLD = (b"anthropic-version", b"2023-01-01")
NEW = (b"anthropic-version", b"2023-06-01")
TEXT = 'Hello there,\na "quoted" word, 你好!'


def completion(*headers: tuple[bytes, bytes], **fields: object) -> bytes:
    """A legacy request."""
    body = {"prompt": "\n\nHuman: Hi\n\nAssistant:", "model": "claude-2.1", "max_tokens_to_sample": 50} | fields
    return request(b"POST", b"/v1/complete", (b"Anthropic-Version", b"2023-01-01"), *headers, body=json.dumps(body).encode())


def asking(version: tuple[bytes, bytes], **fields: object) -> bytes:
    """A legacy request of one dialect."""
    return completion(**fields).replace(b"Anthropic-Version: 2023-01-01", b"%b: %b" % version)


@pytest.mark.parametrize("version", [OLD, NEW])
async def test_a_completion_is_asked_as_a_message_and_answered_as_a_completion(version: tuple[bytes, bytes], tmp_path: Path) -> None:
    """The upstream gets one Messages request of its own version; the caller gets its own model's name and 2023's words."""
    body = answer_body(stop_reason="stop_sequence", stop_sequence="END")
    async with upstream(answers(plain(body))) as up, house(up, tmp_path) as home:
        answer = await ask(home.port, asking(version, stop_sequences=["END"]))
        assert answer.status == 200
        said = answer.json
        assert (said["completion"], said["stop_reason"], said["stop"], said["model"]) == (" Hi", "stop_sequence", "END", "claude-2.1")
        assert ("truncated" in said) == (version == OLD)
        assert answer.header(b"content-length") == b"%d" % len(answer.body)
        assert up.last.target == b"/v1/messages"
        assert up.last.header(b"anthropic-version") == b"2023-06-01"
        sent = json.loads(up.last.body)
        assert sent["messages"] == [{"role": "user", "content": "Hi"}]
        assert (sent["model"], sent["max_tokens"]) == ("claude-haiku-4-5", 50)
        exchange = await home.last()
        assert exchange.outcome is Outcome.ANSWERED
        assert (exchange.view.model, exchange.request.path) == ("claude-2.1", "/v1/complete")
        assert exchange.usage is not None
        assert (exchange.usage.output_tokens, exchange.estimated) == (15, False)


def completions_in(answer: Answer) -> list[dict[str, Any]]:
    """The completions of a stream."""
    return [json.loads(data) for name, data in answer.events if name in (b"", b"completion") and data != b"[DONE]"]


@pytest.mark.parametrize("version", [OLD, NEW])
async def test_a_streamed_completion(version: tuple[bytes, bytes], tmp_path: Path) -> None:
    """2023-01-01 sees the text grow and `[DONE]`; 2023-06-01 sees what is new under named events."""
    async with upstream(streams(*message())) as up, house(up, tmp_path) as home:
        answer = await ask(home.port, asking(version, stream=True))
        assert (answer.status, answer.cut) == (200, False)
        pieces = completions_in(answer)
        if version == OLD:
            assert pieces[-1]["completion"] == " " + TEXT
            assert answer.events[-1] == (b"", b"[DONE]")
        else:
            assert "".join(piece["completion"] for piece in pieces) == " " + TEXT
        assert [piece["stop_reason"] for piece in pieces] == [None] * (len(pieces) - 1) + ["stop_sequence"]
        exchange = await home.last()
        assert (exchange.outcome, exchange.view.stream, exchange.estimated) == (Outcome.ANSWERED, True, False)
        assert exchange.usage is not None
        assert exchange.usage.output_tokens == 15


@pytest.mark.parametrize("version", [OLD, NEW])
async def test_a_streamed_completion_that_breaks_ends_in_an_error(version: tuple[bytes, bytes], tmp_path: Path) -> None:
    """A broken stream never looks whole: its last event is the dialect's error."""
    async with upstream(streams(start(), *block(), then="cut")) as up, house(up, tmp_path) as home:
        answer = await ask(home.port, asking(version, stream=True))
        name, data = answer.events[-1]
        assert name == (b"" if version == OLD else b"error")
        assert json.loads(data)["error"]["type"] == "api_error"
        assert all(piece.get("stop_reason") is None for piece in completions_in(answer))
        exchange = await home.last()
        assert (exchange.outcome, exchange.estimated) == (Outcome.TRUNCATED, True)
        assert exchange.output_estimate_tokens > 0


@pytest.mark.parametrize("version", [OLD, NEW])
@pytest.mark.parametrize("stream", [False, True])
async def test_an_upstreams_error_is_told_in_the_dialect(version: tuple[bytes, bytes], stream: bool, tmp_path: Path) -> None:  # noqa: FBT001
    """Status and headers stay; the body is the bare error of 2023-01-01, or Claude's own."""
    body = b'{"type":"error","error":{"type":"rate_limit_error","message":"Slow down"},"request_id":"req_theirs"}'
    async with upstream(answers(plain(body, (b"retry-after", b"3"), status=429))) as up, house(up, tmp_path) as home:
        answer = await ask(home.port, asking(version, stream=stream))
        assert (answer.status, answer.header(b"retry-after")) == (429, b"3")
        assert answer.json["error"] == {"type": "rate_limit_error", "message": "Slow down"}
        assert ("request_id" in answer.json) == (version == NEW)
        assert (await home.last()).outcome is Outcome.ERROR


async def test_an_answer_that_is_no_message_is_a_502(tmp_path: Path) -> None:
    """What cannot be translated is never passed as if it were an answer."""
    async with upstream(answers(plain(b"<html>"))) as up, house(up, tmp_path) as home:
        (await ask(home.port, completion())).claims(502, "api_error")
        assert (await home.last()).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("fields", "message_start"),
    [
        ({"prompt": "Hi"}, "prompt must start"),
        ({"max_tokens_to_sample": 0}, "max_tokens_to_sample: ensure"),
        ({"prompt": "\n\nHuman: " + "word " * 200_000 + "\n\nAssistant:"}, "prompt is too long: "),
        ({"unknown": 1}, "unknown: extra fields"),
    ],
)
async def test_a_wrong_completion_is_refused_here(fields: dict[str, Any], message_start: str, tmp_path: Path) -> None:
    """What 2023 refused is refused in its words, without the upstream."""
    async with upstream(answers(plain(b"{}"))) as up, house(up, tmp_path) as home:
        answer = await ask(home.port, completion(**fields))
        answer.claims(400, "invalid_request_error")
        assert answer.json["error"]["message"].startswith(message_start), answer.json
        assert not up.calls
        assert (await home.last()).outcome is Outcome.REFUSED


async def test_a_common_mistake_is_noted_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A stop sequence that is a backslash and an n is named, with the request's id and without the prompt."""
    caplog.set_level(logging.INFO, "yumen.exchange")
    async with upstream(answers(plain(answer_body()))) as up, house(up, tmp_path) as home:
        assert (await ask(home.port, completion(stop_sequences=["\\n"]))).status == 200
        exchange = await home.last()
        notes = [record.getMessage() for record in caplog.records if record.name == "yumen.exchange"]
        assert len(notes) == 1
        assert exchange.request_id in notes[0]
