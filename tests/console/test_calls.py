"""The console's calls of Claude: where they go, whom they trust, and what becomes of a silent gateway."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest
import trustme

from yumen.console import calls
from yumen.console.calls import Calls, GatewaySilent, here, open_calls, pinned
from yumen.errors import OperatorError
from yumen.http.tls import client_context


@pytest.mark.parametrize(
    ("listening", "asked"),
    [
        ("http://0.0.0.0:8010", "http://127.0.0.1:8010"),
        ("https://[::]:8010", "https://[::1]:8010"),
        ("http://127.0.0.1:8010", "http://127.0.0.1:8010"),
        ("https://claude.example.org:443", "https://claude.example.org:443"),
    ],
)
def test_the_gateway_is_asked_on_this_machine(listening: str, asked: str) -> None:
    """An address that stands for all is asked at loopback, any other as it is."""
    assert here(listening) == asked


async def test_a_gateway_that_is_silent_is_a_fault() -> None:
    """Nobody but this file knows of the library's own errors, at the beginning and in the middle of an answer."""

    async def break_off(_: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("gone")

    calls = Calls(httpx2.AsyncClient(transport=httpx2.MockTransport(break_off), base_url="http://here"))
    with pytest.raises(GatewaySilent):
        async with calls.post("yk", "/v1/messages", b"{}"):
            pass
    with pytest.raises(GatewaySilent):
        await calls.get("yk", "/v1/models")


async def test_a_call_has_the_key_and_the_version() -> None:
    """The gateway sees an ordinary call with the visitor's key."""
    seen: list[httpx2.Request] = []

    async def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, json={"id": "msg_1"})

    calls = Calls(httpx2.AsyncClient(transport=httpx2.MockTransport(answer), base_url="http://here"))
    async with calls.post("yk-staging-1", "/v1/messages", b'{"model":"m"}') as response:
        assert (await response.aread()) == b'{"id":"msg_1"}'
    assert (seen[0].headers["x-api-key"], seen[0].headers["anthropic-version"]) == ("yk-staging-1", "2023-06-01")
    assert seen[0].content == b'{"model":"m"}'


def shake_hands(context: ssl.SSLContext, certificate: trustme.LeafCert) -> None:
    """Let a client meet a server that has that certificate, without a port. Raises what the client says of it."""
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(server_side)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    client, server = context.wrap_bio(back, there), server_side.wrap_bio(there, back, server_side=True)
    for side in (client, server, client):
        with suppress(ssl.SSLWantReadError):
            side.do_handshake()
    assert client.version() is not None


def test_only_the_certificate_itself_is_trusted(tmp_path: Path) -> None:
    """A gateway behind a certificate of its own is known by that alone, whatever name is in it."""
    path, authority = tmp_path / "certificate.pem", trustme.CA()
    own = authority.issue_cert("claude.example.org")
    path.write_bytes(own.cert_chain_pems[0].bytes())
    shake_hands(pinned(path), own)
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(pinned(path), authority.issue_cert("claude.example.org"))
    path.write_text("nothing")
    with pytest.raises(OperatorError, match="no certificate"):
        pinned(path)


async def test_calls_are_opened_for_each_way_to_listen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without TLS, behind the local authority, and behind a certificate of its own, which is then the only one that is trusted."""
    trusted: list[tuple[str, Path | None]] = []

    def noted(name: str, original: Callable[[Any], ssl.SSLContext]) -> Callable[[Any], ssl.SSLContext]:
        return lambda path: trusted.append((name, path)) or original(path)  # type: ignore[func-returns-value]  # adds, and goes on

    monkeypatch.setattr(calls, "pinned", noted("pinned", pinned))
    monkeypatch.setattr(calls, "client_context", noted("authority", client_context))
    ca, leaf, authority = tmp_path / "authority.pem", tmp_path / "leaf.pem", trustme.CA()
    authority.cert_pem.write_to_path(ca)
    authority.issue_cert("localhost").cert_chain_pems[0].write_to_path(leaf)
    for chosen in ((None, None), (ca, None), (None, leaf)):
        await open_calls("https://0.0.0.0:8010", *chosen).close()
    assert trusted == [("authority", None), ("authority", ca), ("pinned", leaf)]
