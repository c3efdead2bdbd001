"""Where the upstream's key is kept, in three places, and how it is replaced while callers call."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from examples.tour.house import House
from examples.tour.loopback import Served
from examples.tour.step import Both, Chapter, Step
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.aws import REGION, Emulator
from tests.gateway import Gateway
from tests.vault import OpenBao

OLD, NEW = "sk-ant-api03-the-old-key", "sk-ant-api03-the-new-key"
CALLERS = 8
MESSAGE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-haiku-4-5-20251001",
    "content": [{"type": "text", "text": "Hello"}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 8, "output_tokens": 1},
}
REFUSED = {"type": "error", "error": {"type": "authentication_error", "message": "invalid x-api-key"}}


class Doorkeeper:
    """An upstream that takes one key alone."""

    def __init__(self) -> None:
        """Take the old one."""
        self.taken = OLD
        self.statuses: list[int] = []

    async def answer(self, asked: Request) -> JSONResponse:
        """Answer whoever has the key."""
        right = asked.headers.get("x-api-key") == self.taken
        self.statuses.append(200 if right else 401)
        return JSONResponse(MESSAGE if right else REFUSED, self.statuses[-1])


class Place(NamedTuple):
    """Where a key is kept: how the gateway is told, and how the key is replaced there."""

    options: tuple[str, ...]
    variables: Mapping[str, str]
    replace: Callable[[], object]


def rotated_under_load(house: House, place: Place, name: str) -> list[str]:
    """Call without a pause while the key is replaced; no call may fail, and the key may be in nothing that was printed."""
    door = Doorkeeper()
    with Served(Starlette(routes=[Route("/v1/messages", door.answer, methods=["POST"])])) as upstream:
        where = ("--upstream", upstream.url, *place.options)
        with Gateway(house.folder / name, *where, environment=dict(place.variables)) as gateway:
            key = gateway.new_key("app")
            with ThreadPoolExecutor(CALLERS) as callers:
                before = [callers.submit(call, house, gateway, key) for _ in range(3 * CALLERS)]
                place.replace()
                door.taken = NEW
                after = [callers.submit(call, house, gateway, key) for _ in range(10 * CALLERS)]
                seen = {one.result() for one in before + after}
            output = gateway.output()
    assert seen == {200}, seen
    assert 401 in door.statuses
    assert OLD not in output
    assert NEW not in output
    return ["the upstream's key was replaced while calls went on", f"{len(before + after)} calls, all of them 200"]


def call(house: House, gateway: Gateway, key: str) -> int:
    """Call once; return the status."""
    body = {"model": "claude-haiku-4-5", "max_tokens": 5, "messages": [{"role": "user", "content": "Hello"}]}
    return house.post(f"{gateway.url}/v1/messages", body, key)[0]


def environment_variable(house: House) -> list[str]:
    """A variable of the shell that serves; it goes to Claude, and is in nothing that anybody sees."""
    door = Doorkeeper()
    with Served(Starlette(routes=[Route("/v1/messages", door.answer, methods=["POST"])])) as upstream:
        where = ("--upstream", upstream.url, "--credential", "env:CLAUDE_API_KEY")
        with Gateway(house.folder / "variable", *where, environment={"CLAUDE_API_KEY": OLD}) as gateway:
            status = call(house, gateway, gateway.new_key("app"))
            assert OLD not in gateway.output() + gateway.run("secrets", "check")
    assert status == 200
    return ["200; the key is in no output"]


def secrets_manager(house: House) -> list[str]:
    """AWS Secrets Manager, by ministack."""
    folder = house.folder / "ministack"
    folder.mkdir()
    with Emulator(folder, "ministack") as aws:
        name, _ = aws.new(SecretString=json.dumps({"api_key": OLD}))
        variables = {"AWS_ACCESS_KEY_ID": "a-test", "AWS_SECRET_ACCESS_KEY": "a-test", "AWS_REGION": REGION}
        options = ("--credential", f"aws-sm:{name}#api_key", "--set", f"secrets.aws_endpoint={aws.url}")

        def replace() -> None:
            aws.client().put_secret_value(SecretId=name, SecretString=json.dumps({"api_key": NEW}))

        return rotated_under_load(house, Place(options, variables, replace), "aws")


def vault(house: House) -> list[str]:
    """HashiCorp Vault, by OpenBao, a fork of it with its HTTP API."""
    with opened_vault(house.folder / "openbao") as bao:
        store = bao.root.secrets.kv.v2
        store.create_or_update_secret("yumen/claude", {"key": OLD})
        variables = {"VAULT_ADDR": bao.url, "VAULT_TOKEN": bao.root.token}
        options = ("--credential", "vault:secret/yumen/claude#key")
        place = Place(options, variables, lambda: store.create_or_update_secret("yumen/claude", {"key": NEW}))
        return rotated_under_load(house, place, "vault")


@contextmanager
def opened_vault(folder: Path) -> Iterator[OpenBao]:
    """Start OpenBao."""
    with OpenBao(folder) as bao:
        yield bao


CHAPTER = Chapter(
    Both("Keeping the key", "密钥安全存储"),
    [
        Step(
            Both("In an environment variable", "环境变量"),
            Both("Simple; whoever sees the process's environment sees the key.", "简单易用；但能看到进程环境的人就能看到密钥。"),
            "yumen serve --upstream https://api.anthropic.com --credential env:CLAUDE_API_KEY",
            environment_variable,
        ),
        Step(
            Both("In AWS Secrets Manager, rotated under load", "AWS Secrets Manager，负载下轮换"),
            Both("Rotation without a restart, and without one failed call.", "轮换密钥无需重启，没有一次调用失败。"),
            "yumen serve --upstream https://api.anthropic.com --credential aws-sm:prod/claude#api_key",
            secrets_manager,
        ),
        Step(
            Both("In HashiCorp Vault, rotated under load", "HashiCorp Vault，负载下轮换"),
            Both(
                "Fine-grained permissions. Shown with OpenBao 2.7, a fork of Vault 1.14 with its HTTP API.",
                "权限可以分得很细。这里用 OpenBao 2.7 演示，它是 Vault 1.14 的分支，HTTP API 相同。",
            ),
            "yumen serve --upstream https://api.anthropic.com --credential vault:secret/claude#api_key",
            vault,
        ),
    ],
)
