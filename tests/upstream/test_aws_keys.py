"""Keys of AWS's own chain that end: fetched in a thread, once for all who wait, and anew before their end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from botocore.utils import ContainerMetadataFetcher

from tests.exchange.callers import PROMPT, ask, request
from tests.exchange.scripted import Call, Upstream, plain, until, upstream
from tests.upstream.clouds import REGION, cloud_house, clouds, is_signed
from yumen.upstream.bedrock import Bedrock, Signer

ASK = request(b"POST", b"/v1/messages", (b"x-api-key", b"yk-test"), body=PROMPT)
HOLDS_MIN = 60.0
ENDS_SOON_MIN = 12.0
"""AWS's library renews within 15 minutes of the end, and must within 10."""
FAILS = -1.0


def container(lives_min: list[float]) -> Callable[[Call], object]:
    """A container's endpoint for credentials, by a script of how long each pair holds; after the script's end the last stays."""
    count = 0

    async def script(call: Call) -> None:
        nonlocal count
        minutes = lives_min[min(count, len(lives_min) - 1)]
        count += 1
        if minutes == FAILS:
            await call.send(plain(b"{}", status=400))
            return
        ends = (datetime.now(UTC) + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
        pair = {"AccessKeyId": f"ASIA{count:016}", "SecretAccessKey": secret(count), "Token": token(count), "Expiration": ends}
        await call.send(plain(json.dumps(pair).encode()))

    return script


def secret(number: int) -> str:
    """The secret key of the n-th pair."""
    return f"secret-key-number-{number}-of-the-container"


def token(number: int) -> str:
    """The session token of the n-th pair."""
    return f"session-token-number-{number}-of-the-container"


@pytest.fixture
def chain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[Upstream], list[str]]:
    """Return a function that lets AWS's chain find that endpoint alone, and the list of what the redactor was told."""

    def point(at: Upstream) -> list[str]:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        monkeypatch.setattr(ContainerMetadataFetcher, "SLEEP_TIME", 0)
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"http://127.0.0.1:{at.port}/keys")
        return []

    return point


Chain = Callable[[Upstream], list[str]]


async def test_keys_are_fetched_once_for_all_and_kept(chain: Chain, tmp_path: Path) -> None:
    """Requests that come together wait for one fetch; later ones for none. The redactor knows secret and token before they are used."""
    async with upstream(container([HOLDS_MIN])) as store, clouds() as up:
        told = chain(store)
        async with cloud_house("bedrock", Bedrock(Signer("aws", REGION, told.append)), up, tmp_path) as made:
            answers = await asyncio.gather(*[ask(made.port, ASK) for _ in range(5)])
            assert [answer.status for answer in answers] == [200] * 5
            assert len(store.calls) == 1
            assert told == [secret(1), token(1)]
            assert all(is_signed(call, secret(1), token(1)) for call in up.calls)


async def test_keys_are_renewed_before_their_end_while_requests_go_on(chain: Chain, tmp_path: Path) -> None:
    """Keys that end soon serve on while the next are fetched; nobody waits, and nobody sees the change.

    AWS's library itself asks twice at once where the first pair ends so soon.
    """
    async with upstream(container([ENDS_SOON_MIN, ENDS_SOON_MIN, HOLDS_MIN])) as store, clouds() as up:
        told = chain(store)
        signer = Signer("aws", REGION, told.append)
        async with cloud_house("bedrock", Bedrock(signer), up, tmp_path) as made:
            await ask(made.port, ASK)
            await ask(made.port, ASK)
            assert is_signed(up.last, secret(2), token(2))
            await until(lambda: token(3) in told, "the next pair")
            await until(lambda: signer.keys._task is None or signer.keys._task.done(), "the fetch to end")
            await ask(made.port, ASK)
            assert is_signed(up.last, secret(3), token(3))
            assert len(store.calls) == 3


async def test_a_refused_pair_is_fetched_anew(chain: Chain, tmp_path: Path) -> None:
    """`renew` asks the chain again, whatever the pair's end, and says whether there is another now."""
    async with upstream(container([HOLDS_MIN, HOLDS_MIN, FAILS])) as store, clouds() as up:
        dialect = Bedrock(Signer("aws", REGION, chain(store).append))
        async with cloud_house("bedrock", dialect, up, tmp_path) as made:
            await ask(made.port, ASK)
            used = dialect._signer.keys._value
            assert await dialect.renew(used)
            assert await dialect.renew(used)  # another request that was refused by the same pair, and comes later
            assert len(store.calls) == 2
            await ask(made.port, ASK)
            assert is_signed(up.last, secret(2), token(2))
            assert not await dialect.renew(dialect._signer.keys._value)
            assert (await ask(made.port, ASK)).status == 200
            assert is_signed(up.last, secret(2), token(2))


async def test_without_keys_the_caller_is_told_and_the_log_says_why(chain: Chain, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A store that fails is a 503 in Claude's shape that names no secret; nothing is sent, and it is asked again for the next request."""
    async with upstream(container([FAILS])) as store, clouds() as up:
        dialect = Bedrock(Signer("aws", REGION, chain(store).append))
        async with cloud_house("bedrock", dialect, up, tmp_path) as made:
            (await ask(made.port, ASK)).claims(503, "api_error")
            before = len(store.calls)
            (await ask(made.port, ASK)).claims(503, "api_error")
            assert len(store.calls) > before
        assert not up.calls
    assert "the credential of the upstream aws cannot be fetched" in caplog.text


async def test_a_key_that_nobody_has_is_said(monkeypatch: pytest.MonkeyPatch, chain: Chain, tmp_path: Path) -> None:
    """An empty chain is a 503 too."""
    async with clouds() as up:
        chain(up)
        monkeypatch.delenv("AWS_CONTAINER_CREDENTIALS_FULL_URI")
        async with cloud_house("bedrock", Bedrock(Signer("aws", REGION, lambda _: None)), up, tmp_path) as made:
            (await ask(made.port, ASK)).claims(503, "api_error")
        async with cloud_house("bedrock", Bedrock(None), up, tmp_path) as made:
            (await ask(made.port, ASK)).claims(503, "api_error")
        assert not up.calls
