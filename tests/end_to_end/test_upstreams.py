"""A real gateway before several real upstreams: failover, stickiness, environments, things that stay where they are, and what is shown."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import pytest

from bench.soak import Behaviour, Caller, body_for, headers_for
from bench.soak.site import port_of
from tests.end_to_end.upstream import BEGUN, ENDED, Asked, answering
from tests.gateway import Gateway, wait_for

RESET = "2099-01-01T00:00:00Z"


class Scripted:
    """An upstream that answers as it is told, and counts what it got."""

    def __init__(self) -> None:
        self.status = 200
        self.headers: dict[str, str] = {}
        self.got: list[tuple[str, dict[str, Any]]] = []
        script = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version: ClassVar[str] = "HTTP/1.1"  # type: ignore[misc]

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])) or b"{}")
                script.got.append((self.path, {"key": self.headers["x-api-key"], "bearer": self.headers["authorization"], **body}))
                answer = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
                if script.status < 400:
                    usage = {"input_tokens": 3, "output_tokens": 2}
                    text = {"type": "text", "text": script.name}
                    answer = {
                        "id": "msg_1",
                        "type": "message",
                        "role": "assistant",
                        "model": body.get("model", ""),
                        "content": [text],
                        "usage": usage,
                        "stop_reason": "end_turn",
                    }
                data = json.dumps(answer).encode()
                self.send_response(script.status)
                for name, value in {"content-type": "application/json", "content-length": str(len(data)), **script.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.name = f"port {self.server.server_port}"
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """End it."""
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def two() -> Iterator[tuple[Scripted, Scripted]]:
    """Two upstreams."""
    with ExitStack() as closing:
        made = (Scripted(), Scripted())
        for each in made:
            closing.callback(each.close)
        yield made


def ask(gateway: Gateway, key: str, text: str = "hi", **headers: str) -> tuple[int, dict[str, str], dict[str, Any]]:
    """Send a Message; return status, headers and body."""
    where = urlsplit(gateway.url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
    body = {"model": "claude-haiku-4-5", "max_tokens": 9, "messages": [{"role": "user", "content": text}]}
    version = "2023-06-01"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {"x-api-key": key, "content-type": "application/json", "anthropic-version": version, **named}
    connection.request("POST", "/v1/messages", json.dumps(body), sent)
    answer = connection.getresponse()
    read = json.loads(answer.read())
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, read


def config(one: Scripted, other: Scripted, first: str = "priority = 1", second: str = "priority = 2", retry: str = "") -> str:
    """Return a file that names both."""
    return f"""
[retry]
first_wait_ms = 1
{retry}
[upstreams.one]
url = "{one.url}"
credential = "env:ONE_KEY"
{first}
[upstreams.other]
url = "{other.url}/compatible"
credential = "env:OTHER_KEY"
credential_header = "authorization"
{second}
"""


KEYS = {"ONE_KEY": "sk-of-one", "OTHER_KEY": "sk-of-other"}


def test_a_failing_upstream_is_left_for_another(tmp_path: Path, two: tuple[Scripted, Scripted]) -> None:
    """Callers see answers alone; each upstream gets its own credential, path and model name; the circuit is shown, no secret is."""
    one, other = two
    one.status = 529
    text = config(one, other, second='priority = 2\nnames = { "claude-haiku-4-5" = "their-haiku" }', retry="open_after = 3")
    with Gateway(tmp_path / "g", config=text, environment=KEYS) as gateway:
        key = gateway.new_key()
        for number in range(6):
            assert ask(gateway, key, f"question {number}")[0] == 200
        assert len(one.got) == 3
        assert one.got[0][1]["key"] == "sk-of-one"
        path, body = other.got[-1]
        assert (path, body["bearer"], body["key"], body["model"]) == ("/compatible/v1/messages", "Bearer sk-of-other", None, "their-haiku")
        shown = gateway.run("upstreams", "--json", "--config", str(running(gateway)))
        lines = {line["name"]: line for line in map(json.loads, shown.splitlines())}
        assert (lines["one"]["circuit"], lines["one"]["results"]) == ("open", {"error": 3})
        assert (lines["other"]["circuit"], lines["other"]["results"]) == ("closed", {"answered": 6})
        assert "ONE_KEY" in lines["one"]["credential"]
        assert "sk-of" not in shown + gateway.run("upstreams") + gateway.output()


def running(gateway: Gateway) -> Path:
    """Write the gateway's file with the control port that it got, for commands that ask it."""
    path = gateway.folder / "running.toml"
    path.write_text(f'control = "{urlsplit(gateway.control_url).netloc}"\n{gateway.config.read_text()}')
    return path


def test_an_exhausted_credential_rests_until_its_reset(tmp_path: Path, two: tuple[Scripted, Scripted]) -> None:
    """The headers of one answer are enough: the next request goes to the other, without an error in between."""
    one, other = two
    one.headers = {f"anthropic-ratelimit-requests-{part}": value for part, value in (("limit", "50"), ("remaining", "0"), ("reset", RESET))}
    with Gateway(tmp_path / "g", config=config(one, other), environment=KEYS) as gateway:
        key = gateway.new_key()
        said = [ask(gateway, key)[2]["content"][0]["text"] for _ in range(3)]
        assert said == [one.name, other.name, other.name]
        shown = gateway.run("upstreams", "--json", "--config", str(running(gateway)))
        quota = json.loads(shown.splitlines()[0])["quota"][0]
        assert quota.pop("resets_at").endswith("Z")
        assert quota == {"model_class": "haiku-4", "kind": "requests", "remaining": 0, "limit": 50}


def test_sessions_stay_and_weights_hold(tmp_path: Path, two: tuple[Scripted, Scripted]) -> None:
    """A session has one upstream; of many sessions each gets some."""
    one, other = two
    with Gateway(tmp_path / "g", config=config(one, other, "weight = 3", "weight = 1"), environment=KEYS) as gateway:
        key = gateway.new_key()
        rounds = [[ask(gateway, key, x_yumen_session=f"s{number}")[2]["content"][0]["text"] for number in range(30)] for _ in range(2)]
        assert rounds[0] == rounds[1]
        assert 0 < rounds[0].count(other.name) < rounds[0].count(one.name)
        assert ask(gateway, key, x_yumen_upstream="other")[2]["content"][0]["text"] == other.name
        assert ask(gateway, key, x_yumen_upstream="nowhere")[0] == 400


def test_staging_keys_go_to_the_sandbox_by_default(tmp_path: Path, two: tuple[Scripted, Scripted]) -> None:
    """Where upstreams name environments and none is for staging; every answer says its environment, a refusal too."""
    one, other = two
    production = 'environments = ["production"]'
    with Gateway(tmp_path / "g", config=config(one, other, production, production), environment=KEYS) as gateway:
        staging, live = gateway.new_key("s", "--environment", "staging"), gateway.new_key("p")
        status, headers, body = ask(gateway, staging)
        assert (status, headers["x-yumen-environment"]) == (200, "staging")
        assert body["content"][0]["text"] not in (one.name, other.name)
        assert ask(gateway, live)[1]["x-yumen-environment"] == "production"
        status, headers, _ = ask(gateway, staging, x_yumen_upstream="one")
        assert (status, headers["x-yumen-environment"]) == (400, "staging")
        assert "x-yumen-environment" not in ask(gateway, "yk-unknown")[1]
        assert "sandbox" in gateway.output()


@pytest.mark.parametrize("workers", [1, 2])
def test_workers_show_one_state(tmp_path: Path, two: tuple[Scripted, Scripted], workers: int) -> None:
    """Of several workers the metrics are one answer."""
    one, other = two
    with Gateway(tmp_path / "g", "--workers", str(workers), config=config(one, other), environment=KEYS) as gateway:
        key = gateway.new_key()
        assert ask(gateway, key)[0] == 200
        shown = gateway.run("upstreams", "--json", "--config", str(running(gateway)))
        assert json.loads(shown.splitlines()[0])["results"] == {"answered": 1}


async def test_an_upstream_whose_streams_break_is_left_for_another(tmp_path: Path) -> None:
    """Its heads are good; but after so many streams in a row that broke, callers get whole ones from the other."""

    async def breaks(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(BEGUN)
        writer.close()

    async def ends(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(BEGUN + ENDED)

    async with answering(breaks) as first, answering(ends) as second:
        tables = f"""
        [retry]
        open_after = 3
        [upstreams.breaks]
        url = "{first}"
        credential = "none"
        [upstreams.ends]
        url = "{second}"
        credential = "none"
        priority = 2
        """
        with Gateway(tmp_path / "g", config=tables) as gateway:
            async with Caller(port_of(gateway), headers_for(gateway.new_key())) as caller:
                answers = [await caller.ask(body_for(Behaviour.STREAM)) for _ in range(6)]
            assert [b"message_stop" in answer.body for answer in answers] == [False] * 3 + [True] * 3
            assert [b"event: error" in answer.body for answer in answers] == [True] * 3 + [False] * 3
            shown = await asyncio.to_thread(gateway.run, "upstreams", "--json", "--config", str(running(gateway)))
            assert json.loads(shown.splitlines()[0])["results"] == {"answered": 3, "broken": 3}


def test_a_stop_waits_for_no_pause(tmp_path: Path, two: tuple[Scripted, Scripted]) -> None:
    """A request that waits for a limited upstream is given up with a clear error when the gateway stops; nothing more is sent for it."""
    limited, _ = two
    limited.status, limited.headers = 429, {"retry-after": "25"}
    options = ("--upstream", limited.url, "--credential", "none")
    with Gateway(tmp_path / "gateway", *options) as gateway, ThreadPoolExecutor() as threads:
        waiting = threads.submit(ask, gateway, gateway.new_key("waiting"))
        wait_for(lambda: len(limited.got) == 1, "the first attempt")
        assert gateway.stop() == 0
        status, headers, body = waiting.result()
    assert (status, body["error"]["type"], headers["x-should-retry"]) == (529, "overloaded_error", "true")
    assert len(limited.got) == 1
