"""An upstream in every kind of trouble, on real sockets: the official SDKs see the right answer, or one clear error, and never a part."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.clients.conftest import interpreter, place, run_program
from tests.clients.troubled_upstream import Proxy, Troubled
from tests.gateway import Gateway, clean_environment

CLIENTS = [("python-2.12", "troubled.py"), ("node-1", "troubled.mjs")]

pytestmark = [
    pytest.mark.clients,
    pytest.mark.parametrize("client", [client for client, _ in CLIENTS]),
]

CONFIG = """
[timeouts]
connect_s = 0.5
first_byte_s = 1.0
between_bytes_s = 1.0

[retry]
first_wait_ms = 20
budget_percent = 1000
open_after = 1000

[upstreams.troubled]
url = "http://127.0.0.1:{port}"
credential = "file:{key}"
models = ["troubled", "refused-first", "deaf-first"]

[upstreams.moving]
url = "http://claude.test:8080"
credential = "file:{key}"
proxy = "http://127.0.0.1:{proxy}"
models = ["moving"]

[upstreams.refusing]
url = "http://127.0.0.1:{refusing}"
credential = "none"
models = ["refused", "refused-first"]
priority = 0

[upstreams.deaf]
url = "http://127.0.0.1:{deaf}"
credential = "none"
models = ["deaf", "deaf-first"]
priority = 0
"""
LONG = 8_000_000
"""Characters that no socket buffer takes."""
ANSWERED = 0
"""Stands where the error's status stands: there is none."""


class Scene(NamedTuple):
    """What is asked, what it ends in (a status, or the answer), and how often the upstream is asked for it."""

    name: str
    status: int
    error: str = ""
    asked: int = 1
    model: str = "troubled"
    stream: bool = False
    prompt_characters: int = 5


SCENES = [
    Scene("hangs reading", 504, "timeout_error", 9, prompt_characters=LONG),
    Scene("all is well", ANSWERED),
    Scene("a stream", ANSWERED, stream=True),
    Scene("refuses", 502, "api_error", 0, "refused"),
    Scene("refuses, another does not", ANSWERED, asked=1, model="refused-first"),
    Scene("accepts no connection", 502, "api_error", 0, "deaf"),
    Scene("accepts no connection, another does", ANSWERED, asked=1, model="deaf-first"),
    Scene("hangs before the head", 504, "timeout_error"),
    Scene("hangs inside the head", 504, "timeout_error"),
    Scene("resets before the head", 502, "api_error"),
    Scene("overloaded for a while", ANSWERED, asked=3),
    Scene("overloaded", 529, "overloaded_error", 9),
]
"""What ends in an HTTP status. What reached the upstream and was not answered is asked once, by whomever, since it may be charged;
what cannot have been charged is asked three times by the gateway for each of the SDK's three."""
PARTS = ["hangs before the body", "hangs inside the body", "resets inside the body", "hangs inside the stream", "resets inside the stream"]
"""What breaks when the answer has begun."""


class Site(NamedTuple):
    """A gateway and its upstream."""

    gateway: Gateway
    upstream: Troubled
    key: str
    key_file: Path


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A gateway before the troubled upstream."""
    folder = tmp_path_factory.mktemp("troubled")
    key_file = folder / "upstream.key"
    key_file.write_text("sk-ant-first")
    with socket.socket() as closed, Troubled("sk-ant-first") as upstream, Proxy(upstream) as proxy:
        closed.bind(("127.0.0.1", 0))  # bound and not listening: it refuses, and nobody else gets it
        ports = {"port": upstream.port, "proxy": proxy.port, "refusing": closed.getsockname()[1], "deaf": upstream.deaf_port()}
        config = CONFIG.format(**ports, key=key_file)
        with Gateway(folder / "gateway", "--set", "allow_plain_http=true", config=config) as gateway:
            yield Site(gateway, upstream, gateway.new_key("troubled"), key_file)


def play(site: Site, client: str, program: str, scenes: list[Scene], folder: Path) -> dict[str, dict[str, Any]]:
    """Let a program play scenes; return what each came to, and how often the upstream was asked for it."""
    asked = [scene._asdict() for scene in scenes]
    environment = clean_environment(GATEWAY_URL=site.gateway.url, GATEWAY_KEY=site.key, SCENES=json.dumps(asked), SCENE_OF=client)
    told = run_program([interpreter(client), str(place(client, program, folder))], folder, environment)
    lines = {line["does"]: line for line in map(json.loads, told.splitlines())}
    assert not [line for line in lines.values() if "failed" in line], lines
    return {name: line | {"asked": site.upstream.asked[client, name]} for name, line in lines.items()}


@pytest.fixture(scope="module")
def told(site: Site, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, dict[str, Any]]]:
    """Play all scenes with every client, side by side: they mostly wait. Say by client what each scene came to."""
    scenes = [*SCENES, *(Scene(name, 0, stream="stream" in name) for name in PARTS)]
    with ThreadPoolExecutor() as threads:
        played = {
            client: threads.submit(play, site, client, program, scenes, tmp_path_factory.mktemp(client)) for client, program in CLIENTS
        }
        return {client: each.result() for client, each in played.items()}


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_an_answer_or_a_clear_error(scene: Scene, client: str, told: dict[str, dict[str, dict[str, Any]]]) -> None:
    """The SDK gets the right answer, or an error of the right class; the upstream is asked as often as it should be, and no more."""
    line = told[client][scene.name]
    if scene.status == ANSWERED:
        assert line.get("stop_reason") == "end_turn", line
        assert line["answer"]
    else:
        assert (line.get("status"), line.get("error")) == (scene.status, scene.error), line
    assert line["asked"] == scene.asked, line


@pytest.mark.parametrize("name", PARTS)
def test_a_part_is_never_the_whole(name: str, client: str, told: dict[str, dict[str, dict[str, Any]]]) -> None:
    """An answer that breaks off ends in an error; nothing that began is asked for again by the gateway."""
    line = told[client][name]
    assert "answer" not in line, line
    assert line["error"]
    if "stream" in name:
        assert line["asked"] == 1, line


def test_a_rotated_key_is_seen_by_nobody(client: str, site: Site, tmp_path: Path) -> None:
    """When the upstream takes a new key, the next request is answered: the gateway fetches it, and the caller notices nothing."""
    new = f"sk-ant-rotated-for-{client}"
    site.key_file.write_text(new)
    site.upstream.key = new
    lines = play(site, client, dict(CLIENTS)[client], [Scene("rotated", ANSWERED)], tmp_path)
    assert lines["rotated"].get("stop_reason") == "end_turn", lines
    assert lines["rotated"]["asked"] == 2, "once with the old key, once with the new"


def test_a_new_address_is_found(client: str, site: Site, tmp_path: Path) -> None:
    """When the upstream's name leads elsewhere, the next request goes there, though a connection to the old place was kept."""
    program = dict(CLIENTS)[client]
    before = play(site, client, program, [Scene("before", ANSWERED, model="moving")], tmp_path)
    site.upstream.move()
    after = play(site, client, program, [Scene("after", ANSWERED, model="moving", stream=True)], tmp_path)
    assert before["before"].get("stop_reason") == after["after"].get("stop_reason") == "end_turn", (before, after)
