"""Through a SOCKS5 proxy: names looked up there or here, with a password, with TLS inside, and refused."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from tests.http.asking import ask, pool_to
from tests.http.authorities import serving_context, trusting_context
from tests.http.socksing import IPV4, IPV6, NAME, socks
from tests.http.upstream import OK, answering, upstream
from yumen.errors import UpstreamUnreachable
from yumen.http import PoolOptions
from yumen.http.proxy import proxy_from_environment

HOST = "upstream.example"
"""A name that the proxy alone knows."""


def through(address: str, tls: ssl.SSLContext | None = None) -> PoolOptions:
    """Return options with that proxy."""
    return PoolOptions(tls=tls, proxy=lambda _scheme, _host: address)


async def test_the_proxy_looks_the_name_up_and_gets_the_password() -> None:
    """With `socks5h` no name is looked up here; user and password may have escapes; the connection is used again."""
    async with upstream(answering(OK)) as site, socks((b"me", b"se:cret")) as gate:
        pool = pool_to(site.port, through(f"socks5h://me:se%3Acret@127.0.0.1:{gate.port}"), host=HOST)
        for _ in range(3):
            assert (await ask(pool)).body == b"ok"
        assert gate.asked == [(NAME, HOST.encode(), site.port)]
        await pool.close()


async def test_with_socks5_the_name_is_looked_up_here() -> None:
    """What the proxy hears is an address."""
    async with upstream(answering(OK)) as site, socks() as gate:
        pool = pool_to(site.port, through(f"socks5://127.0.0.1:{gate.port}"), host="localhost")
        assert (await ask(pool)).body == b"ok"
        assert [kind for kind, _, _ in gate.asked] in ([IPV4], [IPV6])
        await pool.close()


async def test_tls_runs_inside(tmp_path: Path) -> None:
    """The certificate is the upstream's own, by its name."""
    async with upstream(answering(OK), serving_context(tmp_path, HOST)) as site, socks() as gate:
        pool = pool_to(site.port, through(f"socks5h://127.0.0.1:{gate.port}", trusting_context(tmp_path)), scheme="https", host=HOST)
        assert (await ask(pool)).body == b"ok"
        await pool.close()


async def test_another_certificate_is_not_accepted(tmp_path: Path) -> None:
    """A proxy that leads elsewhere is noticed."""
    async with upstream(answering(OK), serving_context(tmp_path, "elsewhere.example")) as site, socks() as gate:
        pool = pool_to(site.port, through(f"socks5h://127.0.0.1:{gate.port}", trusting_context(tmp_path)), scheme="https", host=HOST)
        with pytest.raises(UpstreamUnreachable, match=r"certificate of upstream\.example is not accepted"):
            await ask(pool)


@pytest.mark.parametrize(("code", "said"), [(5, "refused"), (4, "unreachable"), (2, "not allowed")])
async def test_a_refusal_is_said(code: int, said: str) -> None:
    """The proxy's reason is in the sentence, without the address's password."""
    async with socks((b"me", b"planted"), code) as gate:
        pool = pool_to(9, through(f"socks5h://me:planted@127.0.0.1:{gate.port}"), host=HOST)
        with pytest.raises(UpstreamUnreachable, match=f"the proxy refused the connection.*{said}") as raised:
            await ask(pool)
        assert "planted" not in str(raised.value)


async def test_a_wrong_password_is_said() -> None:
    """It is the proxy that refuses, and neither password is in the sentence."""
    async with socks((b"me", b"right")) as gate:
        pool = pool_to(9, through(f"socks5h://me:planted@127.0.0.1:{gate.port}"), host=HOST)
        with pytest.raises(UpstreamUnreachable, match="the proxy refused the connection") as raised:
            await ask(pool)
        assert "planted" not in str(raised.value)


async def test_a_proxy_that_is_not_there_is_said() -> None:
    """The sentence names the proxy."""
    async with socks() as gate:
        port = gate.port
    pool = pool_to(9, through(f"socks5h://127.0.0.1:{port}"), host=HOST)
    with pytest.raises(UpstreamUnreachable, match=r"the proxy 127\.0\.0\.1 does not take the connection"):
        await ask(pool)


def test_the_environment_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """`ALL_PROXY` holds for every scheme, but for what `NO_PROXY` leaves out."""
    monkeypatch.setenv("all_proxy", "socks5h://127.0.0.1:1080")
    monkeypatch.delenv("https_proxy", raising=False)
    monkeypatch.setenv("no_proxy", "inside.example")
    assert proxy_from_environment("https", HOST) == "socks5h://127.0.0.1:1080"
    assert proxy_from_environment("https", "inside.example") is None
