"""Google Vertex AI behind the house: what it is asked, how its tokens are kept, and what callers see of its answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.exchange.callers import PROMPT, ask, request
from tests.exchange.house import Setting
from tests.exchange.scripted import Call, Upstream, plain, until, upstream
from tests.upstream.clouds import PROJECT, REGION, STOP, STREAM, WHOLE, cloud_house, clouds, sse_of
from yumen.claude.endpoints import ENDPOINTS
from yumen.exchange import Outcome
from yumen.upstream.vertex import Google, Vertex

MODELS = f"/v1/projects/{PROJECT}/locations/{REGION}/publishers/anthropic/models/".encode()
ASKED = PROMPT.replace(b"claude-opus-4-6", b"claude-opus-4-7")
STREAMED = ASKED[:-1] + b' , "stream": true}'
VERSION = (b"anthropic-version", b"2026-10-21")
PLAIN_TOKEN = "ya29.a-token-of-tests"


def ask_for(body: bytes, *headers: tuple[bytes, bytes], path: bytes = b"/v1/messages") -> bytes:
    """A caller's request."""
    return request(b"POST", path, (b"x-api-key", b"yk-test"), (b"content-type", b"application/json"), *headers, body=body)


def vertex(told: Callable[[str], None] = lambda _: None) -> Vertex:
    """The dialect of one place."""
    return Vertex(PROJECT, REGION, Google("vertex", told))


OPEN = Setting(credential=PLAIN_TOKEN)


def test_it_has_messages_and_counts() -> None:
    """What the official SDK cannot ask there is not asked there: no batches, files or models."""
    assert {row.name for row in ENDPOINTS if vertex().serves(row)} == {"messages", "complete", "count_tokens"}


async def test_the_body_is_changed_in_place(tmp_path: Path) -> None:
    """`model` leaves, the version comes in front, every other byte stays, `stream` too; the caller's credential is replaced."""
    beta = (b"anthropic-beta", b"context-1m-2025-08-07")
    async with clouds() as up, cloud_house("vertex", vertex(), up, tmp_path, Setting(credential=PLAIN_TOKEN, prefix="/behind")) as made:
        await ask(made.port, ask_for(STREAMED, VERSION, beta, (b"x-goog-user-project", b"theirs")))
        call = up.last
    assert call.target == b"/behind" + MODELS + b"claude-opus-4-7@20260416:streamRawPredict"
    assert call.body == b'{"anthropic_version":"2026-10-21",' + STREAMED[len(b'{"model":"claude-opus-4-7",') :]
    assert call.header(b"authorization") == b"Bearer " + PLAIN_TOKEN.encode()
    assert (call.header(b"anthropic-beta"), call.header(b"content-type")) == (beta[1], b"application/json")
    names = {name.lower() for name, _ in call.headers}
    assert names.isdisjoint({b"x-api-key", b"anthropic-version", b"x-goog-user-project"})


@pytest.mark.parametrize(
    ("asked", "sent"), [(b"2023-06-01", "vertex-2023-10-16"), (None, "vertex-2023-10-16"), (b"2026-10-21", "2026-10-21")]
)
async def test_a_version_of_2023_has_another_name_there(asked: bytes | None, sent: str, tmp_path: Path) -> None:
    """Both generations of the SDK are matched by the version that the caller has."""
    async with clouds() as up, cloud_house("vertex", vertex(), up, tmp_path, OPEN) as made:
        await ask(made.port, ask_for(ASKED, *(() if asked is None else ((b"anthropic-version", asked),))))
        assert json.loads(up.last.body)["anthropic_version"] == sent


async def test_a_count_keeps_its_model(tmp_path: Path) -> None:
    """Tokens are counted at a path of their own, with the cloud's name of the model in the body."""
    async with clouds() as up, cloud_house("vertex", vertex(), up, tmp_path, OPEN) as made:
        answer = await ask(made.port, ask_for(ASKED, VERSION, path=b"/v1/messages/count_tokens"))
        assert (answer.status, answer.body) == (200, b'{"input_tokens":14}')
        assert up.last.target == MODELS + b"count-tokens:rawPredict"
        assert up.last.body == b'{"anthropic_version":"2026-10-21",' + ASKED.replace(b"opus-4-7", b"opus-4-7@20260416")[1:]


@pytest.mark.parametrize("model", ["..", "..;x", "", ";"])
async def test_a_model_cannot_make_another_path(model: str, tmp_path: Path) -> None:
    """A dot segment is refused before anything is sent; slashes and semicolons are escaped."""
    async with clouds() as up, cloud_house("vertex", vertex(), up, tmp_path, OPEN) as made:
        answer = await ask(made.port, ask_for(PROMPT.replace(b"claude-opus-4-6", model.encode())))
        answer.claims(400, "invalid_request_error")
        assert not up.calls
        await ask(made.port, ask_for(PROMPT.replace(b"claude-opus-4-6", b"../x;y?z#")))
        assert up.last.target == MODELS + b"..%2Fx%3By%3Fz%23:rawPredict"


async def test_answers_pass_byte_for_byte(tmp_path: Path) -> None:
    """A Message and a stream are Claude's own there, and are metered as such; a long body is sent as a short one."""
    long = ASKED.replace(b"Hello", b"x" * 100_000)
    async with clouds() as up, cloud_house("vertex", vertex(), up, tmp_path, OPEN) as made:
        assert (await ask(made.port, ask_for(long))).body == WHOLE
        assert json.loads(up.last.body)["messages"] == json.loads(long)["messages"]
        assert (await ask(made.port, ask_for(STREAMED))).body == b"".join(map(sse_of, [*STREAM, STOP]))
        exchange = await made.last(2)
        assert exchange.usage is not None
        assert (exchange.usage.output_tokens, exchange.outcome) == (42, Outcome.ANSWERED)


REFUSALS: dict[str, tuple[int, object, int, str, str]] = {
    "quota": (429, {"error": {"code": 429, "message": "Quota", "status": "RESOURCE_EXHAUSTED"}}, 429, "rate_limit_error", "Quota"),
    "in-a-list": (400, [{"error": {"code": 400, "message": "bad", "status": "INVALID_ARGUMENT"}}], 400, "invalid_request_error", "bad"),
    "token": (401, {"error": {"code": 401, "message": "no", "status": "UNAUTHENTICATED"}}, 401, "authentication_error", "no"),
    "denied": (
        403,
        {"error": {"code": 403, "message": "denied on resource '//aiplatform.googleapis.com/projects/p-1/locations/x'"}},
        403,
        "permission_error",
        "denied on resource '//aiplatform.googleapis.com/projects/…/locations/x'",
    ),
    "missing": (
        404,
        {"error": {"code": 404, "message": "`projects/p/x` was not found"}},
        404,
        "not_found_error",
        "`projects/…/x` was not found",
    ),
    "unavailable": (503, {"error": {"code": 503, "message": "later", "status": "UNAVAILABLE"}}, 529, "overloaded_error", "later"),
    "slow": (504, {"error": {"code": 504, "message": "slow", "status": "DEADLINE_EXCEEDED"}}, 504, "timeout_error", "slow"),
    "nothing": (500, [], 500, "api_error", "The upstream answered with an error: 500."),
}


def refused(status: int, body: bytes) -> Callable[[Call], Awaitable[None]]:
    """A script that refuses."""

    async def script(call: Call) -> None:
        await call.send(plain(body, (b"retry-after", b"7"), status=status))

    return script


@pytest.mark.parametrize("how", REFUSALS)
async def test_an_error_speaks_claude(how: str, tmp_path: Path) -> None:
    """Google's errors, alone or in a list, come in Claude's envelope, without the operator's project."""
    status, body, claims, error_type, message = REFUSALS[how]
    async with upstream(refused(status, json.dumps(body).encode())) as up, cloud_house("vertex", vertex(), up, tmp_path, OPEN) as made:
        answer = await ask(made.port, ask_for(STREAMED))
    said = answer.json
    assert (answer.status, said["error"]["type"], said["error"]["message"]) == (claims, error_type, message)
    assert answer.header(b"request-id") == said["request_id"].encode()
    assert answer.header(b"retry-after") == b"7"


async def test_an_error_of_claudes_own_stays_as_it_is(tmp_path: Path) -> None:
    """A body that has Claude's shape already passes byte for byte."""
    own = b'{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: Field required"},"request_id":"req_x"}'
    async with upstream(refused(400, own)) as up, cloud_house("vertex", vertex(), up, tmp_path, OPEN) as made:
        assert (await ask(made.port, ask_for(ASKED))).body == own


# ── access tokens ───────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def private_key() -> str:
    """A private key as Google's console writes it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def account(private_key: str, at: Upstream) -> str:
    """The key of a service account, several lines of JSON, whose tokens come from there."""
    info = {
        "type": "service_account",
        "project_id": PROJECT,
        "private_key_id": "1",
        "private_key": private_key,
        "client_email": "gate@some-project.iam.gserviceaccount.com",
        "token_uri": f"http://127.0.0.1:{at.port}/token",
    }
    return json.dumps(info, indent=2) + "\n"


def tokens(*lives_s: int) -> Callable[[Call], Awaitable[None]]:
    """Google's token service, by a script of how long each token holds; 0: it refuses. After the script's end the last stays."""
    count = 0

    async def script(call: Call) -> None:
        nonlocal count
        life_s = lives_s[min(count, len(lives_s) - 1)]
        count += 1
        if not life_s:
            await call.send(plain(b'{"error":"invalid_grant"}', status=400))
            return
        assert parse_qs(call.body.decode())["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
        await call.send(plain(json.dumps({"access_token": f"ya29.token-{count}", "expires_in": life_s, "token_type": "Bearer"}).encode()))

    return script


async def test_a_token_is_got_once_for_all_and_kept(private_key: str, tmp_path: Path) -> None:
    """Requests that come together wait for one token; the redactor knows it and the private key."""
    told: list[str] = []
    async with upstream(tokens(3600)) as store, clouds() as up:
        setting = Setting(credential=account(private_key, store))
        async with cloud_house("vertex", vertex(told.append), up, tmp_path, setting) as made:
            answers = await asyncio.gather(*[ask(made.port, ask_for(ASKED)) for _ in range(5)])
            assert [answer.status for answer in answers] == [200] * 5
            assert len(store.calls) == 1
            assert {call.header(b"authorization") for call in up.calls} == {b"Bearer ya29.token-1"}
            assert told == [private_key, "ya29.token-1"]


async def test_a_token_is_renewed_before_its_end_while_requests_go_on(private_key: str, tmp_path: Path) -> None:
    """A token that ends soon serves on while the next is got; nobody waits."""
    told: list[str] = []
    async with upstream(tokens(120, 3600)) as store, clouds() as up:
        setting = Setting(credential=account(private_key, store))
        dialect = vertex(told.append)
        async with cloud_house("vertex", dialect, up, tmp_path, setting) as made:
            await ask(made.port, ask_for(ASKED))
            await ask(made.port, ask_for(ASKED))
            assert up.last.header(b"authorization") == b"Bearer ya29.token-1"
            renewal = dialect._google._tokens
            await until(lambda: renewal is not None and renewal._value is not None and renewal._value.text.endswith("2"), "the next token")
            await ask(made.port, ask_for(ASKED))
            assert up.last.header(b"authorization") == b"Bearer ya29.token-2"
            assert len(store.calls) == 2


async def test_a_refused_token_is_got_anew(private_key: str, tmp_path: Path) -> None:
    """`renew` gets another token, whatever the first one's end; a service that fails then leaves the one that is there."""
    async with upstream(tokens(3600, 3600, 0)) as store, clouds() as up:
        dialect = vertex()
        async with cloud_house("vertex", dialect, up, tmp_path, Setting(credential=account(private_key, store))) as made:
            await ask(made.port, ask_for(ASKED))
            used = dialect._google._tokens._value
            assert await dialect.renew(used)
            assert await dialect.renew(used)  # another request that was refused by the same token, and comes later
            await ask(made.port, ask_for(ASKED))
            assert up.last.header(b"authorization") == b"Bearer ya29.token-2"
            assert not await dialect.renew(dialect._google._tokens._value)
            assert (await ask(made.port, ask_for(ASKED))).status == 200


@pytest.mark.parametrize(
    "broken", ["{", '{"type":"external_account"}', '{"type":"service_account","private_key":"x"}', "[]{", '{"type":[]}', '{"a":1}']
)
async def test_a_key_that_is_none_is_said(broken: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A credential that holds no key of Google's is a 503 in Claude's shape, and the log says why."""
    setting = Setting(credential=broken if broken.startswith("{") else "{" + broken)
    async with clouds() as up, cloud_house("vertex", vertex(), up, tmp_path, setting) as made:
        (await ask(made.port, ask_for(ASKED))).claims(503, "api_error")
        assert not up.calls
    assert "the credential of the upstream vertex cannot be fetched" in caplog.text


async def test_googles_own_chain_is_used_without_a_credential(private_key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Application default credentials are found as Google's library finds them."""
    async with upstream(tokens(3600)) as store, clouds() as up:
        file = tmp_path / "adc" / "key.json"
        file.parent.mkdir()
        file.write_text(account(private_key, store))
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
        spool = tmp_path / "spool"
        spool.mkdir()
        async with cloud_house("vertex", vertex(), up, spool) as made:
            assert (await ask(made.port, ask_for(ASKED))).status == 200
            assert up.last.header(b"authorization") == b"Bearer ya29.token-1"
