"""Amazon Bedrock behind the house: what it is asked, and what callers see of its answers."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from tests.claude.frames import chunk as frame_of
from tests.claude.frames import error, exception, frame, text_headers
from tests.exchange.callers import PROMPT, ask, caller, ends_in_one_error, request
from tests.exchange.house import Setting
from tests.exchange.scripted import END, Call, Script, chunk, until, upstream
from tests.upstream.clouds import (
    ACCESS_KEY,
    AWS_ID,
    BEDROCK_STOP,
    FRAMES_HEAD,
    REGION,
    SECRET_KEY,
    STREAM,
    WHOLE,
    cloud_house,
    clouds,
    is_signed,
    sse_of,
)
from tests.upstream.refusals import CLAUDES, DENIED, REFUSALS, refused
from tests.upstream.troubles import in_turn
from yumen.claude.endpoints import ENDPOINTS
from yumen.exchange import Outcome, Step
from yumen.upstream import RetryOptions
from yumen.upstream.bedrock import Bedrock, Signer

API_KEY = "bedrock-api-key-of-tests"
LEGACY = b'{"model":"claude-2.1","prompt":"\\n\\nHuman: Hello\\n\\nAssistant:","max_tokens_to_sample":10,"stream":true}'
MODEL = "claude-opus-4-7"
ASKED = PROMPT.replace(b"claude-opus-4-6", MODEL.encode())
STREAMED = ASKED[:-1] + b' , "stream": true}'
VERSION = (b"anthropic-version", b"2026-10-21")


def ask_for(body: bytes, *headers: tuple[bytes, bytes], path: bytes = b"/v1/messages") -> bytes:
    """A caller's request."""
    return request(b"POST", path, (b"x-api-key", b"yk-test"), (b"content-type", b"application/json"), *headers, body=body)


@pytest.fixture
def signing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Bedrock:
    """A dialect that signs with keys of the environment."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    return Bedrock(Signer("bedrock", REGION, lambda _: None))


def test_it_has_messages_alone() -> None:
    """What the official SDK cannot ask there is not asked there: no counts, batches, files or models."""
    assert {row.name for row in ENDPOINTS if Bedrock(None).serves(row)} == {"messages", "complete"}


async def test_the_body_is_changed_in_place_and_signed(signing: Bedrock, tmp_path: Path) -> None:
    """`model` and `stream` leave, the version comes in front, every other byte stays; the signature is AWS's own."""
    async with clouds() as up, cloud_house("bedrock", signing, up, tmp_path, Setting(credential=None, prefix="/behind")) as made:
        await ask(made.port, ask_for(STREAMED, VERSION, (b"X-Amz-Security-Token", b"theirs"), (b"authorization", b"Bearer yk-test")))
        call = up.last
    assert call.target == b"/behind/model/us.anthropic.claude-opus-4-7/invoke-with-response-stream"
    assert call.body == b'{"anthropic_version":"2026-10-21",' + ASKED[len(b'{"model":"claude-opus-4-7",') :]
    assert is_signed(call)
    assert call.header(b"content-type") == b"application/json"
    assert {name.lower() for name, _ in call.headers} >= {b"host", b"content-length", b"accept-encoding", b"x-amz-date"}
    assert not [name for name, value in call.headers if name.lower() in (b"x-api-key", b"anthropic-version") or b"yk-test" in value]


async def test_an_api_key_is_a_bearer_token(tmp_path: Path) -> None:
    """Where the upstream has a credential of its own nothing is signed."""
    async with clouds() as up, cloud_house("bedrock", Bedrock(None), up, tmp_path, Setting(credential=API_KEY)) as made:
        assert (await ask(made.port, ask_for(ASKED))).status == 200
        assert up.last.header(b"authorization") == b"Bearer " + API_KEY.encode()
        assert up.last.header(b"x-amz-date") is None


async def test_betas_stand_in_the_body(signing: Bedrock, tmp_path: Path) -> None:
    """Every `anthropic-beta` header becomes a member of the list, once a body has none of its own."""
    betas = ((b"anthropic-beta", b"context-1m-2025-08-07, x"), (b"Anthropic-Beta", b"y"))
    async with clouds() as up, cloud_house("bedrock", signing, up, tmp_path) as made:
        await ask(made.port, ask_for(ASKED, *betas))
        assert json.loads(up.last.body)["anthropic_beta"] == ["context-1m-2025-08-07", "x", "y"]
        own = ASKED[:-1] + b',"anthropic_beta":["mine"]}'
        await ask(made.port, ask_for(own, *betas))
        assert json.loads(up.last.body)["anthropic_beta"] == ["mine"]


@pytest.mark.parametrize(
    ("model", "asked", "sent"),
    [
        ("claude-opus-4-7", b"2026-10-21", "2026-10-21"),
        ("us.anthropic.claude-sonnet-5-5-20261001-v1:0", b"2026-10-21", "2026-10-21"),
        ("anthropic.claude-opus-5", b"2026-10-21", "2026-10-21"),
        ("claude-sonnet-4-5", b"2026-10-21", "bedrock-2023-05-31"),
        ("anthropic.claude-opus-4-20250514-v1:0", b"2026-10-21", "bedrock-2023-05-31"),
        ("anthropic.claude-3-5-sonnet-20241022-v2:0", b"2026-10-21", "bedrock-2023-05-31"),
        ("arn:aws:bedrock:us-west-2:123456789012:application-inference-profile/abc", b"2026-10-21", "bedrock-2023-05-31"),
        ("claude-opus-4-7", b"2023-06-01", "bedrock-2023-05-31"),
        ("claude-opus-4-7", None, "bedrock-2023-05-31"),
        ("claude-opus-4-7", b"\xff", "bedrock-2023-05-31"),
    ],
)
async def test_a_model_gets_a_version_that_it_knows(model: str, asked: bytes | None, sent: str, signing: Bedrock, tmp_path: Path) -> None:
    """The caller's version goes on where the model knows it on Bedrock; the models before 4.7 know that of 2023 alone."""
    headers = () if asked is None else ((b"anthropic-version", asked),)
    async with clouds() as up, cloud_house("bedrock", signing, up, tmp_path) as made:
        await ask(made.port, ask_for(PROMPT.replace(b"claude-opus-4-6", model.encode()), *headers))
        assert json.loads(up.last.body)["anthropic_version"] == sent
        assert is_signed(up.last)


@pytest.mark.parametrize("model", ["..", ".", "..;x", "", ";"])
async def test_a_model_cannot_make_another_path(model: str, signing: Bedrock, tmp_path: Path) -> None:
    """A dot segment is refused before anything is sent; a slash is escaped."""
    async with clouds() as up, cloud_house("bedrock", signing, up, tmp_path) as made:
        answer = await ask(made.port, ask_for(PROMPT.replace(b"claude-opus-4-6", model.encode())))
        answer.claims(400, "invalid_request_error")
        assert not up.calls
        await ask(made.port, ask_for(PROMPT.replace(b"claude-opus-4-6", b"../../x?y#z")))
        assert up.last.target == b"/model/..%2F..%2Fx%3Fy%23z/invoke"


@pytest.mark.parametrize("size", [1000, 70_000, 1_500_000])
async def test_a_long_body_is_signed_too(size: int, signing: Bedrock, tmp_path: Path) -> None:
    """A body that is rewritten in a thread arrives as one that is not."""
    body = ASKED.replace(b"Hello", "玉".encode() * size)
    if len(body) > 2 * 1024 * 1024:
        body = ASKED.replace(b"Hello", b"x" * size)
    async with clouds() as up, cloud_house("bedrock", signing, up, tmp_path) as made:
        assert (await ask(made.port, ask_for(body))).status == 200
        assert is_signed(up.last)
        assert json.loads(up.last.body)["messages"] == json.loads(body)["messages"]


async def test_an_answer_passes_byte_for_byte(signing: Bedrock, tmp_path: Path) -> None:
    """A plain answer is Claude's already; AWS's headers stay here, its request id is kept."""
    async with clouds() as up, cloud_house("bedrock", signing, up, tmp_path) as made:
        answer = await ask(made.port, ask_for(ASKED))
        exchange = await made.last()
    assert (answer.status, answer.body) == (200, WHOLE)
    assert exchange.upstream_request_id == AWS_ID
    assert answer.header(b"request-id") == exchange.request_id.encode()
    assert not [name for name, _ in answer.headers if name.lower().startswith(b"x-amz")]
    assert exchange.usage is not None
    assert (exchange.usage.input_tokens, exchange.usage.output_tokens, exchange.outcome) == (25, 3, Outcome.ANSWERED)


async def test_frames_become_claudes_events(signing: Bedrock, tmp_path: Path) -> None:
    """A stream of frames is the very stream of events that Claude sends, is metered as one, and gives its connection back."""
    async with clouds() as up, cloud_house("bedrock", signing, up, tmp_path) as made:
        for number in (1, 2):
            answer = await ask(made.port, ask_for(STREAMED))
            exchange = await made.last(number)
            assert answer.body == b"".join(map(sse_of, [*STREAM, BEDROCK_STOP]))
            assert answer.header(b"content-type") == b"text/event-stream; charset=utf-8"
            assert (exchange.outcome, exchange.stop_reason, exchange.upstream_request_id) == (Outcome.ANSWERED, "tool_use", AWS_ID)
            assert exchange.usage is not None
            assert (exchange.usage.input_tokens, exchange.usage.output_tokens) == (25, 42)
            await made.nothing_is_open()
        assert up.connections == 1


async def test_a_legacy_completion_streams_from_bedrock(signing: Bedrock, tmp_path: Path) -> None:
    """A request of 2023 goes out as a Message and comes back in its own events."""
    async with clouds() as up, cloud_house("bedrock", signing, up, tmp_path) as made:
        legacy = ask_for(LEGACY, (b"anthropic-version", b"2023-06-01"), path=b"/v1/complete")
        answer = await ask(made.port, legacy)
        assert up.last.target.endswith(b"/invoke-with-response-stream")
        assert json.loads(up.last.body)["anthropic_version"] == "bedrock-2023-05-31"
    assert [name for name, _ in answer.events].count(b"completion") >= 1
    assert '玉门 \\"Jade\\"'.encode() in answer.body or "玉门".encode() in answer.body


def frames(*each: bytes, end: bytes | None = END) -> Script:
    """A script that streams frames, byte by byte in the last one's case, and then ends or cuts."""

    async def script(call: Call) -> None:
        await call.send(FRAMES_HEAD, *map(chunk, each))
        if end is None:
            call.cut()
        else:
            await call.send(end)

    return script


GOOD = [frame_of(data) for data in STREAM]
ENDS = {
    "throttled": (frames(*GOOD[:9], exception("throttlingException", "Too many tokens")), "rate_limit_error"),
    "stream-error": (frames(*GOOD[:9], exception("modelStreamErrorException", "The model broke")), "api_error"),
    "internal": (frames(*GOOD[:9], exception("internalServerException", "oops")), "api_error"),
    "unavailable": (frames(*GOOD[:9], exception("serviceUnavailableException", "no room")), "overloaded_error"),
    "timeout": (frames(*GOOD[:9], exception("modelTimeoutException", "too slow")), "timeout_error"),
    "validation": (frames(*GOOD[:9], exception("validationException", "bad")), "invalid_request_error"),
    "unforeseen": (frames(*GOOD[:9], error("InternalFailure", "oops")), "api_error"),
    "unknown": (frames(*GOOD[:9], exception("someNewException", "?")), "api_error"),
    "no-message": (
        frames(*GOOD[:9], frame(text_headers(message_type="exception", exception_type="throttlingException"), b"")),
        "rate_limit_error",
    ),
    "no-stop": (frames(*GOOD), "api_error"),
    "inside-a-frame": (frames(*GOOD, frame_of(BEDROCK_STOP)[:-1]), "api_error"),
    "cut": (frames(*GOOD[:9], end=None), "api_error"),
    "cut-inside": (frames(*GOOD[:9], GOOD[9][:20], end=None), "api_error"),
    "bad-checksum": (frames(*GOOD[:9], GOOD[9][:-1] + b"\x00", *GOOD[10:], frame_of(BEDROCK_STOP)), "api_error"),
    "bad-then-good": (frames(*GOOD, GOOD[9][:-1] + b"\x00" + frame_of(BEDROCK_STOP)), "api_error"),
    "no-event": (frames(*GOOD[:9], frame(text_headers(message_type="event", event_type="chunk"), b'{"bytes":"!"}')), "api_error"),
}


@pytest.mark.parametrize("how", ENDS)
async def test_a_stream_that_fails_ends_in_one_error(how: str, signing: Bedrock, tmp_path: Path) -> None:
    """Exceptions and broken frames end the caller's stream in one `error` event of the right type, never in a success."""
    script, error_type = ENDS[how]
    async with upstream(script) as up, cloud_house("bedrock", signing, up, tmp_path) as made:
        answer = await ask(made.port, ask_for(STREAMED))
        ends_in_one_error(answer, error_type)
        assert b"message_stop" not in answer.body
        assert (await made.last()).outcome is Outcome.TRUNCATED
        await made.nothing_is_open()


THROTTLE = exception("throttlingException", "Too many tokens for arn:aws:bedrock:us-west-2:123456789012:model/x")


RETRIED = Setting(credential=None, retry=RetryOptions(attempts=2, first_wait_us=1000))


@pytest.mark.parametrize("first", [THROTTLE, error("ServiceUnavailable", "no room"), exception("someNewException", "?")])
async def test_an_exception_in_the_first_frame_is_retried(first: bytes, signing: Bedrock, tmp_path: Path) -> None:
    """Nobody has seen an event yet: it counts as the error status that it stands for, and the caller sees the next stream alone."""
    script = in_turn(frames(first), frames(*GOOD, frame_of(BEDROCK_STOP)))
    async with upstream(script) as up, cloud_house("bedrock", signing, up, tmp_path, RETRIED) as made:
        answer = await ask(made.port, ask_for(STREAMED))
        exchange = await made.last()
        await made.nothing_is_open()
    assert (answer.status, answer.body) == (200, b"".join(map(sse_of, [*STREAM, BEDROCK_STOP])))
    assert [(each.status, each.step) for each in exchange.attempts][1:] == [(200, Step.DONE)]
    assert exchange.attempts[0].step is Step.AGAIN
    assert exchange.outcome is Outcome.ANSWERED


FIRSTS: dict[str, tuple[bytes, int, str, str]] = {
    "throttled": (THROTTLE, 429, "rate_limit_error", "Too many tokens for arn:…"),
    "bad": (exception("validationException", "bad"), 400, "invalid_request_error", "bad"),
    "long": (
        exception("validationException", "Input is too long for requested model."),
        400,
        "invalid_request_error",
        "prompt is too long: Input is too long for requested model.",
    ),
    "unknown": (exception("someNewException", ""), 500, "api_error", "The upstream answered with an error: someNewException."),
}


@pytest.mark.parametrize("how", FIRSTS)
async def test_an_exception_in_the_first_frame_is_an_error_status(how: str, signing: Bedrock, tmp_path: Path) -> None:
    """Where no attempt follows or helps, the caller gets the status that it stands for, not a stream; nothing is charged."""
    first, status, error_type, message = FIRSTS[how]
    async with upstream(frames(first)) as up, cloud_house("bedrock", signing, up, tmp_path) as made:
        answer = await ask(made.port, ask_for(STREAMED))
        exchange = await made.last()
        await made.nothing_is_open()
    assert (answer.status, answer.json["error"]["type"], answer.json["error"]["message"]) == (status, error_type, message)
    assert (answer.header(b"content-type"), exchange.outcome) == (b"application/json", Outcome.ERROR)
    assert (exchange.upstream_request_id, answer.json["request_id"]) == (AWS_ID, exchange.request_id)


async def test_what_is_no_frame_from_the_start_is_a_bad_gateway(signing: Bedrock, tmp_path: Path) -> None:
    """A stream that has no frames from the start is an error status; it may have been charged, so it is not sent twice."""
    async with upstream(frames(b"event: message_stop\ndata: {}\n\n")) as up, cloud_house("bedrock", signing, up, tmp_path) as made:
        answer = await ask(made.port, ask_for(STREAMED))
        await made.nothing_is_open()
    assert (answer.status, answer.json["error"]["type"], len(up.calls)) == (502, "api_error", 1)


async def test_a_caller_that_leaves_before_the_first_frame_ends_it(signing: Bedrock, tmp_path: Path) -> None:
    """While the first frame is waited for, the upstream learns at once that nobody waits any more."""

    async def script(call: Call) -> None:
        await call.send(FRAMES_HEAD)
        await call.hold()

    async with upstream(script) as up, cloud_house("bedrock", signing, up, tmp_path) as made:
        async with caller(made.port) as one:
            await one.send(ask_for(STREAMED))
            await until(lambda: up.calls, "the upstream to be asked")
            one.leave()
        await until(lambda: up.last.left, "the upstream to hear of it")
        assert (await made.last()).outcome is Outcome.CANCELLED
        await made.nothing_is_open()


async def test_a_connection_that_went_back_is_left_alone(signing: Bedrock, tmp_path: Path) -> None:
    """An answer that ended inside a frame has given its connection back: closing the exchange does not cut it off from the next."""
    script = frames(*GOOD, frame_of(BEDROCK_STOP)[:-1])
    async with upstream(script) as up, cloud_house("bedrock", signing, up, tmp_path) as made:
        for _ in range(3):
            ends_in_one_error(await ask(made.port, ask_for(STREAMED)), "api_error")
        assert up.connections == 1


async def test_a_caller_that_leaves_ends_the_frames(signing: Bedrock, tmp_path: Path) -> None:
    """The upstream learns at once that nobody listens any more."""

    async def script(call: Call) -> None:
        await call.send(FRAMES_HEAD, *map(chunk, GOOD[:9]))
        await call.hold()

    async with upstream(script) as up, cloud_house("bedrock", signing, up, tmp_path) as made:
        async with caller(made.port) as one:
            await one.send(ask_for(STREAMED))
            await one.head()
            assert (await one.chunk()).startswith(b"event: message_start\n")
            one.leave()
        await until(lambda: up.last.left, "the upstream to hear of it")
        assert (await made.last()).outcome is Outcome.CANCELLED
        await made.nothing_is_open()


@pytest.mark.parametrize("how", REFUSALS)
async def test_an_error_speaks_claude(how: str, signing: Bedrock, tmp_path: Path) -> None:
    """AWS's errors come in Claude's envelope, without the operator's account, with our request id and the upstream's wait."""
    status, name, body, claims, error_type, message = REFUSALS[how]
    async with upstream(refused(status, name, body)) as up, cloud_house("bedrock", signing, up, tmp_path) as made:
        answer = await ask(made.port, ask_for(STREAMED))
        exchange = await made.last()
    said = answer.json
    assert (answer.status, said["error"]["type"], said["error"]["message"]) == (claims, error_type, message)
    assert answer.header(b"request-id") == said["request_id"].encode()
    assert (answer.header(b"retry-after"), answer.header(b"content-type")) == (b"7", b"application/json")
    assert (exchange.upstream_request_id, exchange.outcome) == (AWS_ID, Outcome.ERROR)


async def test_an_error_of_claudes_own_stays_as_it_is(signing: Bedrock, tmp_path: Path) -> None:
    """A body that has Claude's shape already passes byte for byte."""
    async with upstream(refused(400, "", CLAUDES)) as up, cloud_house("bedrock", signing, up, tmp_path) as made:
        answer = await ask(made.port, ask_for(ASKED))
    assert (answer.status, answer.body) == (400, CLAUDES)


async def test_a_refused_api_key_is_one_that_may_be_fetched_anew(tmp_path: Path) -> None:
    """Bedrock has 403 for a key that has ended; with an API key that is a 401, which lets the sending ask the secret's store again."""
    script = refused(403, "", b'{"Message":"Authentication failed: Please make sure your API Key is valid."}')
    async with upstream(script) as up, cloud_house("bedrock", Bedrock(None), up, tmp_path, Setting(credential=API_KEY)) as made:
        answer = await ask(made.port, ask_for(ASKED))
    assert (answer.status, answer.json["error"]["type"]) == (401, "authentication_error")
    assert answer.json["error"]["message"] == "Authentication failed: Please make sure your API Key is valid."


async def test_the_log_keeps_what_a_refused_credential_was_told(signing: Bedrock, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The operator reads the role that lacks the permission; the caller does not."""
    with caplog.at_level(logging.WARNING, "yumen.upstream"):
        async with upstream(refused(403, "AccessDeniedException", DENIED)) as up, cloud_house("bedrock", signing, up, tmp_path) as made:
            answer = await ask(made.port, ask_for(ASKED))
    assert b"123456789012" not in answer.body
    assert "assumed-role/gate" in caplog.text
