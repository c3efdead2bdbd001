"""TLS both ways, its refusals in words, and the operator's mistakes in one sentence each."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from tests.http.asking import ask, pool_to
from tests.http.authorities import serving_context, trusting_context, written
from tests.http.caller import calling
from tests.http.patience import soon, until
from tests.http.site import served
from tests.http.upstream import OK, Line, answering, upstream
from yumen.errors import OperatorError, UpstreamUnreachable
from yumen.http import PoolOptions, Reply, Request, ServerOptions
from yumen.http.tls import client_context, server_context

POST = b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"


async def test_serving_and_asking(tmp_path: Path) -> None:
    """The pool of one side asks the server of the other, over one connection, by address and by name."""
    async with served(ServerOptions(tls=serving_context(tmp_path))) as site:
        for host in ("127.0.0.1", "localhost"):
            pool = pool_to(site.port, PoolOptions(tls=trusting_context(tmp_path)), scheme="https", host=host)
            for _ in range(3):
                assert (await ask(pool, POST)).body == b"hello"
            assert site.server.connections == 1
            await pool.close()
            await until(lambda: site.server.connections == 0)


async def test_large_bodies_both_ways(tmp_path: Path) -> None:
    """Back-pressure and framing hold under TLS."""
    size = 20 * 1024 * 1024

    async def handle(request: Request, reply: Reply) -> None:
        reply.start(200, [], None)
        async for piece in request.pieces(size):
            reply.write(piece)
            await reply.drained()
        reply.end()

    options = ServerOptions(tls=serving_context(tmp_path))
    async with served(options, handle) as site, calling(site.port, trusting_context(tmp_path)) as caller:
        sending = asyncio.create_task(caller.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % size + bytes(size)))
        assert len((await caller.answer()).body) == size
        await sending


async def test_a_caller_that_leaves(tmp_path: Path) -> None:
    """Under TLS too, the handler of a caller that has left is cancelled."""
    begun, ended = asyncio.Event(), asyncio.Event()

    async def handle(request: Request, reply: Reply) -> None:
        del request, reply
        begun.set()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            ended.set()

    async with (
        served(ServerOptions(tls=serving_context(tmp_path)), handle) as site,
        calling(site.port, trusting_context(tmp_path)) as caller,
    ):
        await caller.send(POST)
        await soon(begun.wait())
        caller.leave()
        await soon(ended.wait())


async def test_refusals_under_tls(tmp_path: Path) -> None:
    """Bad HTTP is answered and closed as it is without TLS."""
    async with served(ServerOptions(tls=serving_context(tmp_path))) as site, calling(site.port, trusting_context(tmp_path)) as caller:
        await caller.send(b"GET / HTTP/1.1\r\nHost : a\r\n\r\n")
        assert (await caller.answer()).status == 400
        assert await caller.rest() == b""


@pytest.mark.parametrize("early", [False, True], ids=["in a chunk", "without framing"])
async def test_an_end_without_a_word(tmp_path: Path, *, early: bool) -> None:
    """An answer through TLS that is cut inside a chunk is cut; the pool makes a new connection for the next."""
    body = b"HTTP/1.1 200 OK\r\n\r\nhalf" if early else b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf"

    async def script(line: Line) -> None:
        await line.request()
        await line.send(body)

    async with upstream(script, serving_context(tmp_path)) as site:
        pool = pool_to(site.port, PoolOptions(tls=trusting_context(tmp_path)), scheme="https")
        got = await ask(pool)
        assert got.body == b"half"
        assert (got.fault is None) is early


# ── whom to trust ───────────────────────────────────────────────────────────


async def test_an_unknown_authority(tmp_path: Path) -> None:
    """A certificate of an authority that is not trusted: unreachable, and what to do about it."""
    async with upstream(answering(OK), serving_context(tmp_path, by="stranger")) as site:
        pool = pool_to(site.port, PoolOptions(tls=trusting_context(tmp_path)), scheme="https")
        with pytest.raises(UpstreamUnreachable, match=r"127\.0\.0\.1.*certificate.*SSL_CERT_FILE"):
            await soon(pool.acquire())
        assert site.requests == []


async def test_another_hosts_certificate(tmp_path: Path) -> None:
    """A certificate for another name: unreachable, and the name."""
    async with upstream(answering(OK), serving_context(tmp_path, "other.example")) as site:
        pool = pool_to(site.port, PoolOptions(tls=trusting_context(tmp_path)), scheme="https", host="localhost")
        with pytest.raises(UpstreamUnreachable, match=r"localhost.*certificate.*localhost"):
            await soon(pool.acquire())


async def test_no_tls_there() -> None:
    """An upstream that speaks plain HTTP on the port: unreachable, and why."""

    async def script(line: Line) -> None:
        await line.reader.read(1)
        await line.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async with upstream(script) as site:
        with pytest.raises(UpstreamUnreachable, match=r"TLS"):
            await soon(pool_to(site.port, PoolOptions(tls=client_context()), scheme="https").acquire())


async def test_an_old_protocol(tmp_path: Path) -> None:
    """A caller of TLS 1.1 is refused in the handshake, and the server serves on."""
    old = trusting_context(tmp_path)
    old.set_ciphers("ALL:@SECLEVEL=0")
    for name in ("minimum_version", "maximum_version"):
        with pytest.warns(DeprecationWarning, match="TLSv1_1"):
            setattr(old, name, ssl.TLSVersion.TLSv1_1)
    async with served(ServerOptions(tls=serving_context(tmp_path))) as site:
        with pytest.raises((ssl.SSLError, ConnectionError)):
            async with calling(site.port, old):
                pass
        async with calling(site.port, trusting_context(tmp_path)) as caller:
            await caller.send(POST)
            assert (await caller.answer()).body == b"hello"


async def test_a_caller_that_prefers_http2(tmp_path: Path) -> None:
    """A caller that offers HTTP/2 and HTTP/1.1 learns in the handshake that it is HTTP/1.1."""
    eager = trusting_context(tmp_path)
    eager.set_alpn_protocols(["h2", "http/1.1"])
    async with served(ServerOptions(tls=serving_context(tmp_path))) as site:
        reader, writer = await soon(asyncio.open_connection("127.0.0.1", site.port, ssl=eager))
        assert writer.get_extra_info("ssl_object").selected_alpn_protocol() == "http/1.1"
        writer.write(POST)
        assert (await soon(reader.readline())).startswith(b"HTTP/1.1 200")
        writer.transport.abort()


async def test_a_handshake_that_never_comes(tmp_path: Path) -> None:
    """A caller that connects and says nothing is dropped after the head's time-out."""
    options = ServerOptions(tls=serving_context(tmp_path), header_timeout_s=0.3)
    async with served(options) as site, calling(site.port) as caller:
        assert await caller.is_cut() == b""
        assert site.arrived == []


# ── the operator's mistakes ─────────────────────────────────────────────────


def test_contexts(tmp_path: Path) -> None:
    """Neither side speaks less than TLS 1.2, the client checks certificate and name, and writes no session's secrets anywhere."""
    server, client = serving_context(tmp_path), client_context()
    assert server.minimum_version == client.minimum_version == ssl.TLSVersion.TLSv1_2
    assert client.verify_mode is ssl.CERT_REQUIRED
    assert client.check_hostname
    assert client.keylog_filename is None


def test_a_missing_file(tmp_path: Path) -> None:
    """The sentence names the file that is missing, certificate or key."""
    certificate, key = written(tmp_path)
    for pair in ((tmp_path / "missing", key), (certificate, tmp_path / "missing")):
        with pytest.raises(OperatorError, match=r"missing cannot be read: No such file"):
            server_context(*pair)
    with pytest.raises(OperatorError, match=r"missing cannot be read: No such file"):
        client_context(tmp_path / "missing")


def test_another_certificates_key(tmp_path: Path) -> None:
    """A key of another certificate is said to be that."""
    certificate, _ = written(tmp_path)
    _, key = written(tmp_path, by="stranger")
    with pytest.raises(OperatorError, match=r"stranger\.key does not belong to the certificate .*trusted\.pem"):
        server_context(certificate, key)


def test_no_certificate_at_all(tmp_path: Path) -> None:
    """A file with something else in it is said to be that, and so are the two in each other's place."""
    rubbish = tmp_path / "rubbish"
    rubbish.write_text("hello")
    certificate, key = written(tmp_path)
    for pair in ((rubbish, key), (certificate, rubbish), (key, certificate)):
        with pytest.raises(OperatorError, match=r"the certificate .* cannot be used: "):
            server_context(*pair)
    with pytest.raises(OperatorError, match=r"rubbish holds no certificate"):
        client_context(rubbish)


def test_a_key_with_a_passphrase(tmp_path: Path) -> None:
    """It is refused at once: nobody is asked for it at a terminal."""
    certificate, key = written(tmp_path)
    private = serialization.load_pem_private_key(key.read_bytes(), None)
    secret = serialization.BestAvailableEncryption(b"secret")
    key.write_bytes(private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, secret))
    with pytest.raises(OperatorError, match=r"passphrase"):
        server_context(certificate, key)
