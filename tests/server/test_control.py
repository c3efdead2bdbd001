"""The control port: who sees the metrics, by which names it may be called, and what it says of a start that fails."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
from starlette.requests import Request
from starlette.types import ASGIApp

from yumen.errors import Forbidden, OperatorError
from yumen.server.control import ControlParts, ControlServer, control_application


async def admit(request: Request) -> None:
    """Let one key pass."""
    if request.headers.get("x-api-key") != "operator":
        raise Forbidden


PARTS = ControlParts(metrics=lambda: b"number 1\n", ready=lambda: True, hosts=("control.example",), admit=admit)


async def ask(peer: str, path: str = "/metrics", **headers: str) -> httpx2.Response:
    """Ask from an address."""
    transport = httpx2.ASGITransport(app=control_application(PARTS), client=(peer, 4711))
    async with httpx2.AsyncClient(transport=transport, base_url="http://control.example") as client:
        return await client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.7", {}, 403),
        ("192.0.2.7", {"x_api_key": "operator"}, 200),
        ("192.0.2.7", {"x_forwarded_for": "127.0.0.1"}, 403),
        ("127.0.0.1", {"x_forwarded_for": "192.0.2.7"}, 403),
        ("127.0.0.1", {"forwarded": "for=192.0.2.7"}, 403),
        ("127.0.0.1", {"x_real_ip": "192.0.2.7"}, 403),
        ("127.0.0.1", {"x_forwarded_for": "192.0.2.7", "x_api_key": "operator"}, 200),
        ("testclient", {}, 403),
    ],
)
async def test_metrics_answer_this_machine_or_an_operators_key(peer: str, headers: dict[str, str], status: int) -> None:
    """What a proxy on this machine hands on comes from elsewhere."""
    answer = await ask(peer, **headers)
    assert answer.status_code == status
    assert ("number" in answer.text) is (status == 200)


@pytest.mark.parametrize(
    ("host", "status"),
    [("control.example", 200), ("localhost:8011", 200), ("127.0.0.1", 200), ("[::1]:8011", 200), ("evil.example", 400), ("", 400)],
)
async def test_the_port_may_only_be_called_by_its_own_names(host: str, status: int) -> None:
    """A page from elsewhere that points a name of its own here gets nothing."""
    assert (await ask("127.0.0.1", "/healthz", host=host)).status_code == status


def test_what_is_served_is_opened_and_closed_on_the_ports_own_loop() -> None:
    """It answers in between, and the end closes it."""
    steps: list[str] = []

    @asynccontextmanager
    async def opening() -> AsyncIterator[ASGIApp]:
        steps.append("opened")
        yield control_application(PARTS)
        steps.append("closed")

    server = ControlServer(opening, "127.0.0.1", 0)
    server.start()
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/readyz") as answer:
        assert answer.read() == b"ready\n"
    server.stop()
    assert steps == ["opened", "closed"]
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"http://127.0.0.1:{server.port}/readyz")


def test_a_start_that_fails_says_why() -> None:
    """What the opening raises comes out of `start`."""

    @asynccontextmanager
    async def opening() -> AsyncIterator[ASGIApp]:
        raise OperatorError("mail.server has no port")
        yield control_application(PARTS)  # what makes it a context

    server = ControlServer(opening, "127.0.0.1", 0)
    with pytest.raises(OperatorError, match=r"mail\.server has no port"):
        server.start()
    server.stop()
