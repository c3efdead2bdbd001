"""A real gateway that reaches its upstreams through proxies: named by a table or by the environment, over HTTP and SOCKS5."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bench.soak import Behaviour, Caller, body_for, headers_for
from bench.soak.site import port_of
from tests.end_to_end.test_rotation import OLD, Doorkeeper
from tests.end_to_end.upstream import Asked, answering
from tests.gateway import Gateway
from tests.http.socksing import NAME, socks
from tests.http.tunnelling import proxying

HOST = "claude.internal"
"""A name that nobody but the proxies of these tests can look up: they lead every name to this machine."""
WORD = "the-word-of-a-proxy"


def table(port: int, proxy: str = "") -> str:
    """Return a file with one upstream of that name, by table."""
    return f"""
allow_plain_http = true
[retry]
budget_percent = 0
[upstreams.far]
url = "http://{HOST}:{port}"
credential = "env:FAR_KEY"
{f'proxy = "{proxy}"' if proxy else ""}
"""


async def status(gateway: Gateway) -> tuple[int, bytes]:
    """Ask once; return the status and the body."""
    async with Caller(port_of(gateway), headers_for(gateway.new_key())) as caller:
        answer = await caller.ask(body_for(Behaviour.PLAIN))
    return answer.status, answer.body


@pytest.mark.parametrize("variable", ["", "ALL_PROXY", "HTTP_PROXY"])
async def test_socks_leads_to_an_upstream_that_only_the_proxy_can_find(tmp_path: Path, variable: str) -> None:
    """By the table or by the environment, with a password: the proxy gets the name; the upstream gets its credential; nothing is shown."""
    door = Doorkeeper()
    async with answering(door.answer) as upstream, socks((b"yumen", WORD.encode())) as server:
        port, proxy = int(upstream.rpartition(":")[2]), f"socks5h://yumen:{WORD}@127.0.0.1:{server.port}"
        variables = {"FAR_KEY": OLD} | ({variable: proxy} if variable else {})
        text = table(port, "" if variable else proxy)
        with Gateway(tmp_path / "gateway", config=text, environment=variables) as gateway:
            assert (await status(gateway))[0] == 200
            assert server.asked == [(NAME, HOST.encode(), port)]
            assert WORD not in gateway.output() + gateway.run("upstreams", "--json")


@pytest.mark.parametrize("variable", ["", "ALL_PROXY", "HTTP_PROXY"])
async def test_a_proxy_of_http_tunnels_to_it(tmp_path: Path, variable: str) -> None:
    """The same by CONNECT; the proxy sees neither request nor credential."""
    door = Doorkeeper()
    async with answering(door.answer) as upstream, proxying() as server:
        port, proxy = int(upstream.rpartition(":")[2]), f"http://yumen:{WORD}@127.0.0.1:{server.port}"
        variables = {"FAR_KEY": OLD} | ({variable: proxy} if variable else {})
        text = table(port, "" if variable else proxy)
        with Gateway(tmp_path / "gateway", config=text, environment=variables) as gateway:
            assert (await status(gateway))[0] == 200
            (head,) = server.heads
            assert head.startswith(f"CONNECT {HOST}:{port} HTTP/1.1".encode())
            assert b"x-api-key" not in head.lower()
            assert WORD not in gateway.output() + gateway.run("upstreams", "--json")


async def test_a_table_may_refuse_the_environment_s_proxy(tmp_path: Path) -> None:
    """`proxy = "none"` goes directly; the sandbox and loopback are never asked for by a proxy's name."""
    door = Doorkeeper()
    async with answering(door.answer) as upstream, proxying() as server:
        text = table(0, "none").replace(f"http://{HOST}:0", upstream)
        variables = {"FAR_KEY": OLD, "ALL_PROXY": f"http://127.0.0.1:{server.port}"}
        with Gateway(tmp_path / "gateway", config=text, environment=variables) as gateway:
            assert (await status(gateway))[0] == 200
            assert server.heads == []


async def test_a_proxy_that_refuses_is_one_clear_error(tmp_path: Path) -> None:
    """It names the proxy's answer, and not its password."""
    async with proxying(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n") as server:
        text = table(9, f"http://yumen:{WORD}@127.0.0.1:{server.port}")
        with Gateway(tmp_path / "gateway", config=text, environment={"FAR_KEY": OLD}) as gateway:
            code, body = await status(gateway)
            assert code >= 500
            assert b"the proxy refused the connection (407)" in body
            assert WORD not in gateway.output() + body.decode()


async def test_doctor_takes_the_way_of_the_gateway(tmp_path: Path) -> None:
    """Through SOCKS too, where the proxy alone can find the upstream."""
    door = Doorkeeper()
    async with answering(door.answer) as upstream, socks() as server:
        port = int(upstream.rpartition(":")[2])
        gateway = Gateway(tmp_path / "gateway", config=table(port, f"socks5h://127.0.0.1:{server.port}"), environment={"FAR_KEY": OLD})
        said = await asyncio.to_thread(gateway.run, "doctor", code=1)  # there is no data folder yet, which fails
        assert f"http://{HOST}:{port} answers" in said
        assert server.asked == [(NAME, HOST.encode(), port)]


async def test_doctor_takes_no_credential_elsewhere(tmp_path: Path) -> None:
    """An upstream that sends on to another host does not get our key sent there."""
    door = Doorkeeper()
    async with answering(door.answer) as elsewhere:

        async def sends_on(_asked: Asked, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 302 Found\r\nlocation: %b\r\ncontent-length: 0\r\n\r\n" % elsewhere.encode())

        async with answering(sends_on) as upstream:
            gateway = Gateway(tmp_path / "gateway", "--upstream", upstream, environment={"ANTHROPIC_API_KEY": OLD})
            said = await asyncio.to_thread(gateway.run, "doctor", "--upstream", upstream, code=1)
    assert f"{upstream} answers" in said
    assert door.statuses == []
