"""Through a proxy: plain and TLS, with credentials, refused, and not at all."""

from __future__ import annotations

import asyncio
import base64
import ssl
from pathlib import Path

import pytest

from tests.http.asking import ask, pool_to
from tests.http.authorities import serving_context, trusting_context
from tests.http.patience import soon, until
from tests.http.tunnelling import proxying
from tests.http.upstream import OK, answering, upstream
from yumen.errors import UpstreamUnreachable
from yumen.http import PoolOptions, proxy
from yumen.http.proxy import proxy_from_environment

HOST = "upstream.example"
"""A name that the proxy alone knows."""


def through(address: str, tls: ssl.SSLContext | None = None, **times: float) -> PoolOptions:
    """Return options with that proxy."""
    return PoolOptions(tls=tls, proxy=lambda _scheme, _host: address, **times)


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


async def test_a_plain_origin() -> None:
    """The tunnel is asked for once, and used again like any connection."""
    async with upstream(answering(OK)) as site, proxying() as gate:
        pool = pool_to(site.port, through(f"http://127.0.0.1:{gate.port}"), host=HOST)
        for _ in range(3):
            assert (await ask(pool)).body == b"ok"
        assert gate.heads == [b"CONNECT %s:%d HTTP/1.1\r\nHost: %s:%d\r\n\r\n" % (HOST.encode(), site.port, HOST.encode(), site.port)]
        await pool.close()
        await until(lambda: gate.left == 1)


@pytest.mark.parametrize("proxy_tls", [False, True], ids=["http proxy", "https proxy"])
async def test_a_tls_origin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, proxy_tls: bool) -> None:
    """TLS runs inside the tunnel, to the origin's own name, whether the way to the proxy has TLS or not."""
    trusting = trusting_context(tmp_path)
    monkeypatch.setattr(proxy, "client_context", lambda: trusting_context(tmp_path))
    proxy_context = serving_context(tmp_path, "127.0.0.1", by="trusted") if proxy_tls else None
    async with upstream(answering(OK), serving_context(tmp_path, HOST)) as site, proxying(tls=proxy_context) as gate:
        address = f"{'https' if proxy_tls else 'http'}://127.0.0.1:{gate.port}"
        pool = pool_to(site.port, through(address, trusting), scheme="https", host=HOST)
        for _ in range(3):
            assert (await ask(pool)).body == b"ok"
        assert site.connections == len(gate.heads) == 1
        await pool.close()
        await until(lambda: gate.left == 1)


async def test_another_hosts_certificate_through_a_proxy(tmp_path: Path) -> None:
    """The certificate is checked in the tunnel as it is without."""
    async with upstream(answering(OK), serving_context(tmp_path, "other.example")) as site, proxying() as gate:
        pool = pool_to(site.port, through(f"127.0.0.1:{gate.port}", trusting_context(tmp_path)), scheme="https", host=HOST)
        with pytest.raises(UpstreamUnreachable, match=r"upstream\.example.*certificate"):
            await soon(pool.acquire())
        assert site.requests == []


@pytest.mark.parametrize(("pair", "sent"), [("user:pass", b"user:pass"), ("us%40er:p%3Aass", b"us@er:p:ass"), ("user", b"user:")])
async def test_credentials(pair: str, sent: bytes) -> None:
    """A name and password in the proxy's address go to the proxy, and nowhere else."""
    async with upstream(answering(OK)) as site, proxying() as gate:
        pool = pool_to(site.port, through(f"http://{pair}@127.0.0.1:{gate.port}"), host=HOST)
        assert (await ask(pool)).body == b"ok"
        assert b"\r\nProxy-Authorization: Basic " + base64.b64encode(sent) + b"\r\n" in gate.heads[0]
        assert b"Proxy-Authorization" not in site.requests[0][1]
        await pool.close()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", r"proxy refused.*407"),
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", r"proxy refused.*403"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", r"proxy refused.*100"),
        (b"rubbish\r\n\r\n", r"proxy"),
        (b"", r"proxy refused.*no answer"),
        (b"HTTP/1.1 200 O", r"proxy"),
        (b"x" * 100_000, r"proxy"),
    ],
    ids=["407", "403", "100", "rubbish", "closed", "cut", "endless"],
)
async def test_a_refusal(answer: bytes, said: str) -> None:
    """What the proxy answers instead of a tunnel is said, and the connection to it is closed."""
    async with proxying(answer) as gate:
        pool = pool_to(443, through(f"http://user:secret@127.0.0.1:{gate.port}"), host=HOST)
        with pytest.raises(UpstreamUnreachable, match=said) as raised:
            await soon(pool.acquire())
        assert "secret" not in str(raised.value)
        await until(lambda: gate.left == 1)


async def test_a_proxy_that_says_nothing() -> None:
    """It is given up after the connect time-out, and told by the close."""
    left = asyncio.Event()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65536):
            pass
        writer.close()
        left.set()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    with pytest.raises(UpstreamUnreachable, match=r"within 0\.2 seconds"):
        await soon(pool_to(443, through(address, connect_timeout_s=0.2), host=HOST).acquire())
    await soon(left.wait())
    server.close()


@pytest.mark.parametrize("address", ["socks5://127.0.0.1:1", "http://", "http://127.0.0.1:port", "http://127.0.0.1:99999", "http://[::1"])
async def test_an_address_that_is_none(address: str) -> None:
    """An address that cannot be used is a clear refusal, not a crash."""
    with pytest.raises(UpstreamUnreachable, match=r"proxy"):
        await soon(pool_to(443, through(address), host=HOST).acquire())


async def test_nobody_listens_at_the_proxy() -> None:
    """A proxy that is not there is named as what cannot be reached."""
    async with proxying() as gate:
        port = gate.port
    with pytest.raises(UpstreamUnreachable, match=r"refused"):
        await soon(pool_to(443, through(f"http://127.0.0.1:{port}"), host=HOST).acquire())


@pytest.mark.parametrize(
    ("environment", "scheme", "host", "expected"),
    [
        ({}, "https", HOST, None),
        ({"HTTPS_PROXY": "http://p:1"}, "https", HOST, "http://p:1"),
        ({"https_proxy": "http://p:1"}, "https", HOST, "http://p:1"),
        ({"HTTPS_PROXY": "http://p:1"}, "http", HOST, None),
        ({"HTTP_PROXY": "http://p:1"}, "http", HOST, "http://p:1"),
        ({"ALL_PROXY": "http://p:1"}, "https", HOST, "http://p:1"),
        ({"HTTPS_PROXY": ""}, "https", HOST, None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": HOST}, "https", HOST, None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": ".example"}, "https", HOST, None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"}, "https", HOST, None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "other.example, 127.0.0.1"}, "https", "127.0.0.1", None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "other.example"}, "https", HOST, "http://p:1"),
    ],
)
def test_the_environment(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], scheme: str, host: str, expected: str | None
) -> None:
    """HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY mean what they mean elsewhere."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert proxy_from_environment(scheme, host) == expected


async def test_no_proxy_goes_straight(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that NO_PROXY names is asked without the proxy."""
    async with upstream(answering(OK)) as site, proxying() as gate:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{gate.port}")
        straight = pool_to(site.port, PoolOptions(proxy=proxy_from_environment))
        assert (await ask(straight)).body == b"ok"
        assert len(gate.heads) == 1
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        other = pool_to(site.port, PoolOptions(proxy=proxy_from_environment))
        assert (await ask(other)).body == b"ok"
        assert len(gate.heads) == 1
        await straight.close()
        await other.close()
