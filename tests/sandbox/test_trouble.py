"""Faults on demand, by header."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.doubles import Bench, asking

STREAM = asking("write a story", stream=True)

STATUSES = [
    (400, "invalid_request_error"),
    (401, "authentication_error"),
    (402, "billing_error"),
    (403, "permission_error"),
    (404, "not_found_error"),
    (408, "timeout_error"),
    (409, "conflict_error"),
    (413, "request_too_large"),
    (418, "invalid_request_error"),
    (429, "rate_limit_error"),
    (500, "api_error"),
    (503, "api_error"),
    (504, "timeout_error"),
    (529, "overloaded_error"),
]


@pytest.mark.parametrize(("status", "kind"), STATUSES)
async def test_any_status(status: int, kind: str) -> None:
    """Any status comes with Claude's type of error, on every endpoint."""
    bench = Bench()
    for answer in (
        await bench.ask(asking(), x_sandbox_status=str(status)),
        await bench.post("/v1/messages/count_tokens", asking(), x_sandbox_status=str(status)),
        await bench.get("/v1/models", x_sandbox_status=str(status)),
        await bench.get("/v1/files/file_id", x_sandbox_status=str(status)),
    ):
        assert (answer.status, answer.json["error"]["type"]) == (status, kind)


async def test_error_in_detail() -> None:
    """Type, message and retry headers can be said; the message is percent-encoded."""
    answer = await Bench().ask(
        asking(),
        x_sandbox_status="429",
        x_sandbox_error_type="billing_error",
        x_sandbox_error_message="%E9%A2%9D%E5%BA%A6%20spent",
        x_sandbox_retry_after="2.5",
        x_sandbox_should_retry="true",
    )
    assert (answer.json["error"]["type"], answer.message) == ("billing_error", "额度 spent")
    assert (answer.headers["retry-after"], answer.headers["x-should-retry"]) == ("2.5", "true")


async def test_only_the_first_times() -> None:
    """A fault with `times` holds for the first comings of the same request, so that a retry with the same headers succeeds."""
    bench = Bench()
    statuses = [(await bench.ask(asking(), x_sandbox_status="529", x_sandbox_times="2")).status for _ in range(4)]
    assert statuses == [529, 529, 200, 200]
    listed = [(await bench.get("/v1/models", x_sandbox_status="500", x_sandbox_times="1")).status for _ in range(2)]
    assert listed == [500, 200]


async def test_slow_first_byte_and_slow_tokens() -> None:
    """Delays are where they were asked for."""
    bench = Bench()
    await bench.ask(STREAM, x_sandbox_first_byte_ms="700", x_sandbox_token_ms="40")
    assert bench.slept[0] == 0.7
    assert len(bench.slept) > 20
    assert set(bench.slept[1:]) == {0.04}


async def test_slow_stream_has_pings() -> None:
    """A stream slower than the pings' distance has pings between its pieces."""
    answer = await Bench().ask(asking("ping", stream=True), x_sandbox_token_ms="25000")
    assert [name for name, _ in answer.events].count("ping") == 3


async def test_pace() -> None:
    """A pace holds for every answer: between pieces of a stream, and before a plain answer."""
    bench = Bench(pace=50)
    await bench.ask(asking("ping", stream=True))
    assert bench.slept == [0.02]
    answer = await bench.say("write a story", temperature=0)
    assert bench.slept[1] == pytest.approx(answer.json["usage"]["output_tokens"] / 50)


async def test_no_delay_unasked() -> None:
    """Nobody waits who did not ask to."""
    bench = Bench()
    await bench.ask(STREAM)
    await bench.say("hello")
    assert bench.slept == []


async def test_error_in_the_stream() -> None:
    """A stream ends in an error event after so many events."""
    events = (await Bench().ask(STREAM, x_sandbox_error_after="5")).events
    assert len(events) == 6
    assert events[-1][0] == "error"
    assert events[-1][1]["error"] == {"type": "overloaded_error", "message": "Overloaded"}


@pytest.mark.parametrize("count", [0, 1, 7])
async def test_cut_stream(count: int) -> None:
    """A stream is cut after so many events; at 0 nothing was sent at all."""
    answer = await Bench().ask(STREAM, x_sandbox_cut_after=str(count))
    assert answer.cut
    assert len(answer.events) == count


@pytest.mark.parametrize(("count", "some"), [("0", False), ("1", True)])
async def test_cut_plain_answer(count: str, *, some: bool) -> None:
    """A plain answer is cut before its head, or in the middle."""
    answer = await Bench().ask(asking(), x_sandbox_cut_after=count)
    assert answer.cut
    assert bool(answer.body) is some
    assert len(answer.body) < int(answer.headers.get("content-length", 1))


async def test_rubbish() -> None:
    """Rubbish comes as a body that is no JSON, as an event that is none, or as a head that is not HTTP."""
    bench = Bench()
    for body in (asking(), STREAM):
        assert not (await bench.ask(body, x_sandbox_rubbish="body")).body.isascii()
        assert "\x00\x01 rubbish\x7f" in (await bench.ask(body, x_sandbox_rubbish="http")).head
    with pytest.raises(json.JSONDecodeError):
        _ = (await bench.ask(STREAM, x_sandbox_rubbish="event")).events


async def test_answer_can_be_dictated() -> None:
    """Text, seed and stop reason can be said by header; the text keeps to max_tokens and stop sequences."""
    bench = Bench()
    answer = await bench.ask(asking(stop_sequences=["!"]), x_sandbox_text="Hi%2C%20%E7%8E%89%E9%97%A8!%20more")
    assert answer.json["content"][0]["text"] == "Hi, 玉门"
    assert (await bench.ask(asking(), x_sandbox_stop_reason="pause_turn")).json["stop_reason"] == "pause_turn"
    refused = (await bench.ask(asking(), x_sandbox_stop_reason="refusal")).json
    assert refused["stop_details"] == {"type": "refusal", "category": None, "explanation": None}
    texts = {(await Bench().ask(asking("tell me"), x_sandbox_seed=str(seed))).json["content"][0]["text"] for seed in range(12)}
    assert len(texts) > 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("status", "abc"), ("status", "200"), ("colour", "red"), ("rubbish", "heap"), ("cut_after", "x"), ("stop_reason", "tired")],
)
async def test_typing_errors_are_seen(name: str, value: str) -> None:
    """A header that is not known, or says what it cannot, is refused rather than passed over."""
    answer = await Bench().ask(asking(), **{f"x_sandbox_{name}": value})
    assert answer.status == 400
    assert "x-sandbox-" in answer.message
