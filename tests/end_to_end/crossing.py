"""Four organizations behind one gateway, each with a word of its own in everything it says; and all that can be seen of them after."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import httpx2

from tests.cli.command import inside
from tests.gateway import Gateway, wait_for
from yumen.audit import Actor
from yumen.clock import Clock
from yumen.organizations.apart.isolate import Isolating, Wish
from yumen.storage import Database
from yumen.storage.compartments import Compartments

TIME = "2026-01-01T00:00:00Z"
BOUNDARY = "a-boundary"
MULTIPART = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
FAIL = "fail, please"
SESSION = {"x-yumen-session": "the-same"}
ONCE = {"idempotency-key": "the-same"}
MAIL = "chen.wei@mail-4711.cn"
"""What all of them say, and no upstream hears."""
POLICY = """
name = "mail"
description = "No address leaves."
[[rules]]
name = "addresses"
action = "redact"
on = "request"
recognisers = ["email"]
why = "Addresses do not leave."
"""
ADMIN_LISTS = (
    "me",
    "api_keys",
    "workspaces",
    "users",
    "invites",
    "limits",
    "increase_requests",
    "model_aliases",
    "audit_log",
    "spend_limits",
)
CLIENT = httpx2.Client(verify=False, trust_env=False, timeout=30)
"""One for everybody: their requests come by the same connections."""
KEPT = ("sessions", "session_turns", "idempotent_answers", "contents", "entries", "policy_flags", "placeholders")
"""Tables whose rows lie with their organization."""


class Asked(NamedTuple):
    """What an upstream was asked."""

    line: str
    headers: dict[str, str]
    body: bytes


class Upstream:
    """An upstream that writes down what it is asked, says its name in every answer, and repeats the last words that it was told."""

    def __init__(self, name: str) -> None:
        """Serve on a port of its own."""
        self.name = name
        self.asked: list[Asked] = []
        self._made = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.answer()

            def do_POST(self) -> None:
                self.answer()

            def do_DELETE(self) -> None:
                self.answer()

            def answer(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                body = self.rfile.read(length) if length else self.chunks()
                outer.asked.append(Asked(self.requestline, {name.lower(): value for name, value in self.headers.items()}, body))
                status, kind, data = outer.said(self.command, self.path.partition("?")[0], body)
                self.send_response(status)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(data)))
                self.send_header("set-cookie", f"who={outer.name}")
                self.send_header("anthropic-ratelimit-requests-limit", "1000")
                self.send_header("anthropic-ratelimit-requests-remaining", "999")
                self.end_headers()
                self.wfile.write(data)

            def chunks(self) -> bytes:
                found = b""
                while "chunked" in (self.headers.get("transfer-encoding") or "") and (size := int(self.rfile.readline(), 16)):
                    found += self.rfile.read(size)
                    self.rfile.readline()
                return found

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def all_asked(self) -> str:
        """Return everything that it was asked, as text."""
        return "\n".join(f"{each.line} {each.headers} {each.body.decode(errors='replace')}" for each in self.asked)

    def said(self, method: str, path: str, body: bytes) -> tuple[int, str, bytes]:
        """Return status, type and body of an answer."""
        if path == "/v1/traces":
            return 200, "application/x-protobuf", b""
        if FAIL.encode() in body:
            error = {"type": "error", "error": {"type": "overloaded_error", "message": f"Overloaded: {self.name}"}}
            return 529, "application/json", json.dumps(error).encode()
        if path == "/v1/messages":
            return self._message(json.loads(body))
        self._made += method == "POST"
        kind, of = ("message_batch", "msgbatch") if "batches" in path else ("file", "file")
        thing = {
            "id": f"{of}_{self.name[:2].upper() * 10}{self._made:04}",
            "type": kind,
            "processing_status": "in_progress",
            "created_at": TIME,
        }
        thing |= {"expires_at": TIME, "filename": "a.txt"}
        listed = method == "GET" and path in ("/v1/files", "/v1/messages/batches")
        return 200, "application/json", json.dumps({"data": [thing], "has_more": False} if listed else thing).encode()

    def _message(self, asked: dict[str, Any]) -> tuple[int, str, bytes]:
        text = f"{self.name} heard: {asked['messages'][-1]['content']}"
        usage = {"input_tokens": 3, "output_tokens": 5}
        said = {"id": "msg_1", "type": "message", "role": "assistant", "model": asked["model"], "stop_reason": "end_turn", "usage": usage}
        if not asked.get("stream"):
            return 200, "application/json", json.dumps({**said, "content": [{"type": "text", "text": text}]}).encode()
        events: list[dict[str, Any]] = [
            {"type": "message_start", "message": {**said, "content": [], "stop_reason": None}},
            {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}},
            {"type": "content_block_stop", "index": 0},
            {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 5}},
            {"type": "message_stop"},
        ]
        return 200, "text/event-stream", "".join(f"event: {each['type']}\ndata: {json.dumps(each)}\n\n" for each in events).encode()


class Tenant:
    """One organization: its ids, its keys, the word that it says, and every answer that it got."""

    def __init__(self, folder: Path, name: str, *, isolated: bool = False) -> None:
        """Make it, as an operator does."""
        self.folder = folder
        self.name = name
        self.isolated = isolated
        self.word = f"{name.upper()}-SAYS-5317"
        ran = inside(folder, "organizations", "create", name, "--plan", "enterprise")
        assert ran.code == 0, ran.err
        self.id = next(each["id"] for each in listed(folder, "organizations", "list") if each["name"] == name)
        self.workspace = next(each["id"] for each in listed(folder, "workspaces", "list", "--organization", name))
        if isolated:
            asyncio.run(isolate(folder, self.id, Wish(keeps_content=False), no_pause))
        key = made(folder, "keys", "create", f"{name}-key", "--workspace", self.workspace, "--content", "all")
        self.key_id, self.key = key["id"], key["key"]
        self.admin = made(folder, "keys", "create", f"{name}-admin", "--kind", "admin", "--role", "owner", "--organization", name)["key"]
        self.answers: list[tuple[str, str]] = []
        self.made: dict[str, str] = {}

    def isolate(self) -> None:
        """Isolate it while the gateway runs."""
        asyncio.run(isolate(self.folder, self.id, Wish(keeps_content=True), asyncio.sleep))
        self.isolated = True

    def marks(self) -> tuple[str, ...]:
        """Return what nobody else may see."""
        return (self.name, self.word, self.id, self.workspace, self.key_id, self.key, self.admin, *self.made.values())

    def ask(  # noqa: PLR0913, PLR0917  (what a client takes)
        self, url: str, what: str, path: str, body: object = None, headers: dict[str, str] | None = None, method: str = ""
    ) -> int:
        """Ask the gateway, remember the whole answer under a word for it, and return its status."""
        sent = {"x-api-key": self.key, "anthropic-version": "2023-06-01", "anthropic-beta": "files-api-2025-04-14", **(headers or {})}
        data = body.encode() if isinstance(body, str) else None if body is None else json.dumps(body).encode()
        sent.setdefault("content-type", "application/json")
        answer = CLIENT.request(method or ("GET" if data is None else "POST"), url + path, headers=sent, content=data)
        self.answers.append((what, f"{answer.status_code} {dict(answer.headers)} {answer.text}"))
        return answer.status_code

    def got(self, what: str) -> list[str]:
        """Return the answers under a word."""
        return [text for word, text in self.answers if word == what]

    @property
    def place(self) -> Path:
        """Where its rows lie."""
        data = self.folder / "data"
        return data / "organizations" / f"{self.id}.db" if self.isolated else data / "yumen.db"

    def is_settled(self) -> bool:
        """Whether the store knows what became of its request with an idempotency key."""
        query = "SELECT 1 FROM idempotent_answers WHERE workspace_id = ? AND state <> 'running'"
        with closing(sqlite3.connect(self.place)) as database:
            return database.execute(query, [self.workspace]).fetchone() is not None

    def say(self, text: str, *, stream: bool = False) -> dict[str, object]:
        """Return a request with some words."""
        return {"model": "claude-haiku-4-5", "max_tokens": 9, "stream": stream, "messages": [{"role": "user", "content": text}]}


class World(NamedTuple):
    """All that can be seen once everybody has had a turn, and the gateway has ended."""

    folder: Path
    own: Upstream
    shared: Upstream
    collector: Upstream
    acme: Tenant
    """Isolated, while the gateway ran; it keeps content."""
    vault: Tenant
    """Isolated before; it keeps none."""
    globex: Tenant
    """Not isolated, and so is the next."""
    initech: Tenant
    metrics: str
    printed: str

    @property
    def everybody(self) -> tuple[Tenant, ...]:
        """All of them."""
        return (self.acme, self.vault, self.globex, self.initech)

    def others(self, tenant: Tenant) -> list[Tenant]:
        """All but one."""
        return [each for each in self.everybody if each is not tenant]


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """Let everybody have a turn, and give what can be seen of it."""
    own, shared, collector = Upstream("own-upstream"), Upstream("shared-upstream"), Upstream("collector")
    try:
        made(folder, "keys", "create", "first")  # it makes the data folder
        acme = Tenant(folder, "acme")
        vault = Tenant(folder, "vault", isolated=True)
        globex = Tenant(folder, "globex")
        initech = Tenant(folder, "initech")
        (folder / "mail.toml").write_text(POLICY)
        config = f"""
        policy = "{folder / "mail.toml"}"
        [retry]
        attempts = 2
        first_wait_ms = 1
        [upstreams.own]
        url = "{own.url}"
        credential = "env:OWN_KEY"
        organizations = ["{acme.id}", "{vault.id}"]
        [upstreams.shared]
        url = "{shared.url}"
        credential = "env:SHARED_KEY"
        """
        environment = {"OWN_KEY": "sk-ant-own", "SHARED_KEY": "sk-ant-shared", "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}
        with Gateway(folder, config=config, environment=environment) as gateway:
            acme.isolate()
            for each in (acme, vault, globex, initech):
                turn(gateway, each)
            cross(gateway, acme, globex)
            cross(gateway, globex, acme)
            cross(gateway, initech, globex)
            wait_for(lambda: "yumen_contents_written_total 0.0" not in figures(gateway), "content to be written")
            metrics = figures(gateway)
            assert gateway.stop() == 0, gateway.output()
            yield World(folder, own, shared, collector, acme, vault, globex, initech, metrics, gateway.output())
    finally:
        for each in (own, shared, collector):
            each.close()


def figures(gateway: Gateway) -> str:
    """Return the metrics."""
    return str(CLIENT.get(f"{gateway.control_url}/metrics").text)


def turn(gateway: Gateway, who: Tenant) -> None:
    """Do everything that an organization can do, with names and keys that the others use as well."""
    url = gateway.url
    who.ask(url, "plain", "/v1/messages", who.say(f"{who.word} plainly to {MAIL}"))
    who.ask(url, "stream", "/v1/messages", who.say(f"{who.word} in a stream to {MAIL}", stream=True))
    for number in (1, 2):
        who.ask(url, "session", "/v1/messages", who.say(f"{who.word} turn {number} to {MAIL}"), SESSION)
        who.ask(url, "once", "/v1/messages", who.say("the same words of everybody"), ONCE)
        wait_for(who.is_settled, "what becomes of the answer to be written")  # until then a repeat is given what the memory has
    who.ask(url, "fail", "/v1/messages", who.say(f"{who.word} {FAIL}"))
    params = who.say(f"{who.word} in a batch to {MAIL}")
    who.ask(url, "batch", "/v1/messages/batches", {"requests": [{"custom_id": "a", "params": params}]})
    part = (
        f'--{BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\n{who.word} to {MAIL}\r\n--{BOUNDARY}--\r\n'
    )
    who.ask(url, "file", "/v1/files", part, MULTIPART)
    for what in ("batch", "file"):
        found = re.search(r'"id": ?"((?:msgbatch|file)_[^"]+)"', who.got(what)[0])
        assert found is not None, who.got(what)
        who.made[what] = found[1]
    for what, path in (("list", "/v1/messages/batches"), ("list", "/v1/files"), ("mine", f"/v1/files/{who.made['file']}")):
        who.ask(url, what, path)
    for name in ADMIN_LISTS:
        who.ask(gateway.control_url, "admin", f"/v1/organizations/{name}", headers={"x-api-key": who.admin})
    report = "usage_report/messages?starting_at=2026-01-01T00:00:00Z&bucket_width=1d&limit=31&group_by[]=api_key_id&group_by[]=workspace_id"
    who.ask(gateway.control_url, "report", f"/v1/organizations/{report}", headers={"x-api-key": who.admin})


def cross(gateway: Gateway, who: Tenant, other: Tenant) -> None:
    """Reach for what is another's, by its ids and its upstream's name."""
    url, batch, file = gateway.url, other.made["batch"], other.made["file"]
    for path in (
        f"/v1/messages/batches/{batch}",
        f"/v1/messages/batches/{batch}/results",
        f"/v1/files/{file}",
        f"/v1/files/{file}/content",
    ):
        who.ask(url, "reach", path)
    who.ask(url, "reach", f"/v1/messages/batches/{batch}/cancel", "{}")
    who.ask(url, "reach", f"/v1/files/{file}", method="DELETE")
    named = who.say("x")
    named["messages"] = [{"role": "user", "content": [{"type": "document", "source": {"type": "file", "file_id": file}}]}]
    who.ask(url, "reach", "/v1/messages", named)
    theirs = "shared" if who.name == "acme" else "own"
    for name in (theirs, "nothing"):
        who.ask(url, "named", "/v1/messages", who.say(who.word), {"x-yumen-upstream": name})
    for path in (f"api_keys/{other.key_id}", f"workspaces/{other.workspace}"):
        who.ask(gateway.control_url, "reach", f"/v1/organizations/{path}", headers={"x-api-key": who.admin})


# ── as an operator ──────────────────────────────────────────────────────────


def made(folder: Path, *arguments: str) -> dict[str, Any]:
    """Run a command and return its one line of JSON."""
    ran = inside(folder, *arguments, "--json")
    assert ran.code == 0, ran.err
    return dict(json.loads(ran.out))


def listed(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    """Run a command and return its lines of JSON."""
    ran = inside(folder, *arguments, "--json")
    assert ran.code == 0, ran.err
    return [json.loads(line) for line in ran.out.splitlines()]


async def no_pause(_: float) -> None:
    """Wait for no gateway: none runs."""


async def isolate(folder: Path, organization_id: str, wish: Wish, pause: Callable[[float], Awaitable[object]]) -> None:
    """Isolate an organization."""
    database = Database(f"sqlite+aiosqlite:///{folder / 'data' / 'yumen.db'}")
    compartments = Compartments(database)
    try:
        await compartments.follow()
        await Isolating(compartments, Clock(), pause).isolate(Actor("test"), organization_id, wish)
    finally:
        await compartments.close()
        await database.dispose()
