"""A credential that is replaced while the gateway serves: callers never see it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from bench.soak import Behaviour, Caller, body_for, headers_for
from bench.soak.site import port_of
from tests.aws import REGION, Emulator, ministack
from tests.end_to_end.test_secrets import MESSAGE, metrics_of
from tests.end_to_end.upstream import Asked, answering
from tests.gateway import PATIENCE_S, Gateway
from tests.vault import OpenBao, openbao

__all__ = ["ministack", "openbao"]

OLD = "sk-ant-api03-the-old-key-of-an-upstream"
NEW = "sk-ant-api03-the-new-key-of-an-upstream"
NEXT = "sk-ant-api03-the-next-key-of-an-upstream"
REFUSED = b'{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"},"request_id":"req_1"}'
CALLERS = 20


class Doorkeeper:
    """An upstream that takes one key alone."""

    def __init__(self) -> None:
        """Take the old one."""
        self.taken = OLD
        self.statuses: list[int] = []

    async def answer(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        """Answer whoever has the key."""
        right = f"x-api-key: {self.taken}\r\n".encode() in asked.head
        status, body = (b"200 OK", MESSAGE) if right else (b"401 Unauthorized", REFUSED)
        self.statuses.append(int(status[:3]))
        writer.write(b"HTTP/1.1 %b\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (status, len(body), body))


async def asked(gateway: Gateway, key: str, times: int = 1) -> list[int]:
    """Ask so often at once, each over a connection of its own; return the statuses that callers saw."""

    async def once() -> int:
        async with Caller(port_of(gateway), headers_for(key)) as caller:
            return (await caller.ask(body_for(Behaviour.PLAIN))).status

    return await asyncio.gather(*(once() for _ in range(times)))


async def test_a_file_that_is_rewritten_is_never_seen_by_callers(tmp_path: Path) -> None:
    """The request after the rotation is refused once at the upstream, and answered; twenty at once make no storm and are answered too."""
    door, secret = Doorkeeper(), tmp_path / "key"
    secret.write_text(f"{OLD}\n")
    async with answering(door.answer) as upstream:
        with Gateway(tmp_path / "gateway", "--upstream", upstream, "--credential", f"file:{secret}") as gateway:
            key = gateway.new_key("app")
            assert await asked(gateway, key) == [200]
            secret.write_text(f"{NEW}\n")
            door.taken = NEW
            assert await asked(gateway, key) == [200]
            assert door.statuses == [200, 401, 200]
            assert await asked(gateway, key) == [200]
            assert door.statuses == [200, 401, 200, 200]
            secret.write_text(f"{OLD}\n")
            door.taken = OLD
            assert await asked(gateway, key, CALLERS) == [200] * CALLERS
            await until(gateway, "was rotated: the new value is used from now on", 2)
            output = gateway.output()
    assert OLD not in output
    assert NEW not in output


async def test_a_file_that_is_gone_leaves_the_last_value_and_says_so(tmp_path: Path) -> None:
    """The store fails: requests are answered as before, the log and the metrics are loud; when it is back, all is quiet."""
    door, secret = Doorkeeper(), tmp_path / "key"
    secret.write_text(OLD)
    more = ("--set", "secrets.refresh_s=0.2")
    async with answering(door.answer) as upstream:
        with Gateway(tmp_path / "gateway", "--upstream", upstream, "--credential", f"file:{secret}", *more) as gateway:
            key = gateway.new_key("app")
            secret.unlink()
            await until(gateway, "could not be fetched")
            assert await asked(gateway, key) == [200]
            assert stale(await asyncio.to_thread(metrics_of, gateway)) > 0
            secret.write_text(OLD)
            while stale(await asyncio.to_thread(metrics_of, gateway)) > 0:
                pass
            assert OLD not in gateway.output()


async def test_a_store_that_is_away_at_the_start_stops_nobody(tmp_path: Path, openbao: OpenBao) -> None:
    """The gateway starts beside a sealed Vault, refuses requests meanwhile, and serves once Vault is back, rotation included."""
    openbao.root.secrets.kv.v2.create_or_update_secret("yumen/claude", {"key": OLD})
    door = Doorkeeper()
    openbao.root.sys.seal()
    variables = {"VAULT_ADDR": openbao.url, "VAULT_TOKEN": openbao.root.token}
    async with answering(door.answer) as upstream:
        where = ("--upstream", upstream, "--credential", "vault:secret/yumen/claude#key")
        with Gateway(tmp_path / "gateway", *where, environment=variables) as gateway:
            key = gateway.new_key("app")
            assert await asked(gateway, key) == [503]
            openbao.unseal()
            while await asked(gateway, key) != [200]:
                pass
            openbao.root.secrets.kv.v2.create_or_update_secret("yumen/claude", {"key": NEW})
            door.taken = NEW
            assert await asked(gateway, key, CALLERS) == [200] * CALLERS
            assert OLD not in gateway.output()
            assert NEW not in gateway.output()


@pytest.mark.parametrize("workers", ["1", "2"])
async def test_a_rotation_in_aws_is_never_seen_by_callers(tmp_path: Path, ministack: Emulator, workers: str) -> None:
    """As AWS rotates: the upstream takes the pending value first, then the store calls it current, then comes the next. All get 200."""
    name, first = ministack.new(SecretString=json.dumps({"api_key": OLD, "user": "yumen"}))
    door, client = Doorkeeper(), ministack.client()
    variables = {"AWS_ACCESS_KEY_ID": "a-test", "AWS_SECRET_ACCESS_KEY": "a-test", "AWS_REGION": REGION}
    async with answering(door.answer) as upstream:
        where = ("--upstream", upstream, "--credential", f"aws-sm:{name}#api_key", "--workers", workers)
        more = ("--set", f"secrets.aws_endpoint={ministack.url}")
        with Gateway(tmp_path / "gateway", *where, *more, environment=variables) as gateway:
            key = gateway.new_key("app")
            assert await asked(gateway, key, CALLERS) == [200] * CALLERS
            assert set(door.statuses) == {200}
            second = client.put_secret_value(SecretId=name, SecretString=json.dumps({"api_key": NEW}), VersionStages=["AWSPENDING"])
            door.taken = NEW
            assert await asked(gateway, key, CALLERS) == [200] * CALLERS
            assert 401 in door.statuses
            client.update_secret_version_stage(
                SecretId=name, VersionStage="AWSCURRENT", MoveToVersionId=second["VersionId"], RemoveFromVersionId=first
            )
            assert await asked(gateway, key, CALLERS) == [200] * CALLERS
            client.put_secret_value(SecretId=name, SecretString=json.dumps({"api_key": NEXT}))
            door.taken = NEXT
            assert await asked(gateway, key, CALLERS) == [200] * CALLERS
            output = gateway.output()
    assert not [value for value in (OLD, NEW, NEXT) if value in output]


async def until(gateway: Gateway, words: str, times: int = 1) -> None:
    """Wait until the gateway has said something so often."""
    async with asyncio.timeout(PATIENCE_S):
        while gateway.output().count(words) < times:
            await asyncio.to_thread(metrics_of, gateway)


def stale(metrics: bytes) -> float:
    """Return how long a secret was not confirmed, by the metrics."""
    lines = [line for line in metrics.splitlines() if line.startswith(b"yumen_secret_stale_seconds{")]
    return max(float(line.rsplit(b" ", 1)[1]) for line in lines)
