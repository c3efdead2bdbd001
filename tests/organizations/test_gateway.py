"""A gateway from its first start on: an administrator, a sign-up, a key, and what a change does to calls that go on meanwhile."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.cli.command import yumen
from tests.gateway import Gateway, wait_for

PASSWORD = "a password of some length"
MESSAGE = {"model": "claude-haiku-4-5", "max_tokens": 10, "messages": [{"role": "user", "content": "Hello"}]}
WITHIN_S = 1.0
"""How soon a change is in force. On a busy machine a single one may take longer, so the quicker half is measured."""


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway where everybody may sign up, and no mail can be sent."""
    with Gateway(tmp_path_factory.mktemp("organizations"), config='[organizations]\nsign_up = "open"\n') as gateway:
        yield gateway


def post(url: str, body: dict[str, Any], key: str | None = None) -> tuple[int, dict[str, Any]]:
    """Post JSON; return the status and the answer."""
    headers = {"content-type": "application/json", "anthropic-version": "2023-06-01"} | ({} if key is None else {"x-api-key": key})
    request = Request(url, json.dumps(body).encode(), headers)  # noqa: S310  (loopback)
    try:
        with urlopen(request, timeout=60) as answer:  # noqa: S310  (the same)
            return answer.status, json.load(answer)
    except HTTPError as error:
        return error.code, json.load(error)


def admin(gateway: Gateway, what: str, body: dict[str, Any], key: str | None = None) -> dict[str, Any]:
    """Ask the admin API, and get what was asked for."""
    status, answer = post(f"{gateway.control_url}/v1/organizations/{what}", body, key)
    assert status == 200, answer
    return answer


def test_the_first_administrator(gateway: Gateway) -> None:
    """The set-up token lies in a file of the data folder, makes one administrator, and is gone."""
    path = gateway.data / "first-run" / "setup-token"
    token = path.read_text().strip()
    assert token not in gateway.output()
    assert str(path) in gateway.output()
    claim = {"token": token, "email": "root@example.org", "name": "Root", "password": PASSWORD}
    admin(gateway, "set_up", claim)
    assert not path.exists()
    assert post(f"{gateway.control_url}/v1/organizations/set_up", claim)[0] == 400
    session = admin(gateway, "sign_in", {"email": "root@example.org", "password": PASSWORD})
    assert session["role"] == "operator"
    log = (gateway.data / "claude_api.log").read_text()
    assert PASSWORD not in log
    assert session["key"] not in log


def signed_up(gateway: Gateway) -> tuple[str, str]:
    """Sign up with the codes that the operator is shown; return the organization's id and a key for its first workspace."""
    application = {"kind": "individual", "name": "Ada", "email": "ada@example.org", "purpose": "Tests.", "password": PASSWORD}
    step = admin(gateway, "sign_up", application)
    (line,) = [json.loads(line) for line in gateway.run("signups", "list", "--json").splitlines()]
    step = admin(gateway, "sign_up/verify", {"sign_up_id": step["id"], "channel": "email", "code": line["codes"][0].split(": ")[1]})
    (workspace, _) = [json.loads(line) for line in gateway.run("workspaces", "list", "--organization", "Ada", "--json").splitlines()]
    return step["organization_id"], gateway.new_key("ada", "--workspace", workspace["id"])


def status(gateway: Gateway, key: str) -> int:
    """Call Messages and return the status."""
    return post(f"{gateway.url}/v1/messages", MESSAGE, key)[0]


def soon(gateway: Gateway, key: str, wanted: int) -> float:
    """Wait for a change's effect, and return how many seconds that took."""
    began = time.monotonic()
    wait_for(lambda: status(gateway, key) == wanted, f"a {wanted}")
    return time.monotonic() - began


def test_changes_are_in_force_within_a_second(gateway: Gateway) -> None:
    """A key of a suspended organization is refused, and works again; a plan's new limit, and a granted request, hold at once."""
    organization, key = signed_up(gateway)
    gateway.run("organizations", "update", organization, "--plan", "enterprise")
    took = [soon(gateway, key, 200)]
    gateway.run("organizations", "suspend", organization)
    took.append(soon(gateway, key, 401))
    gateway.run("organizations", "resume", organization)
    took.append(soon(gateway, key, 200))
    gateway.run("plans", "set", "enterprise", "--limit", "requests_per_minute=1")
    took.append(soon(gateway, key, 429))
    session = admin(gateway, "sign_in", {"email": "ada@example.org", "password": PASSWORD})
    wanted = {"scope": {"kind": "organization", "id": organization}, "limit": {"kind": "requests_per_minute", "value": 1000}}
    asked = admin(gateway, "increase_requests", {"wanted": {"limits": [wanted]}, "reason": "a launch"}, session["key"])
    gateway.run("requests", "approve", asked["id"], "--limit", "requests_per_minute=100")
    took.append(soon(gateway, key, 200))
    gateway.run("workspaces", "create", "lab", "--organization", organization)
    lab = json.loads(gateway.run("workspaces", "list", "--organization", organization, "--json").splitlines()[-1])
    other = gateway.new_key("lab", "--workspace", lab["id"])
    assert status(gateway, other) == 200
    gateway.run("workspaces", "archive", "lab", "--organization", organization)
    took.append(soon(gateway, other, 401))
    assert status(gateway, key) == 200
    assert median(took) < WITHIN_S


def test_a_restart_makes_no_new_token(gateway: Gateway) -> None:
    """There is an administrator, so a later start gives out nothing."""
    gateway.restart()
    assert "set-up token" not in gateway.output()
    assert not (gateway.data / "first-run" / "setup-token").exists()


def test_the_commands_work_before_a_first_start(tmp_path: Path) -> None:
    """Where there is no data folder yet, they say so and make none."""
    ended = yumen(tmp_path, "organizations", "list", "--data", "none")
    assert (ended.code, ended.out) == (1, "")
    assert "no gateway's data yet" in ended.err
    assert not (tmp_path / "none").exists()
