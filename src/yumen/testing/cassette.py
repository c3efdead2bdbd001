"""Records Claude's answers to a tape and plays them from there: a proxy on loopback, so that it serves any client in any language."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from yumen.claude import error_body
from yumen.client.loop import shared
from yumen.client.transport import httpx2
from yumen.http import HOP_BY_HOP, ServerOptions, serve
from yumen.testing.tape import FORM, REMOVED, Call, Tape, answered, asked, complaint, written_body, written_event

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from yumen.client import Claude
    from yumen.errors import Fault
    from yumen.http import Headers, Reply, Request, Server
    from yumen.testing.tape import Answered, Asked

HOST = "127.0.0.1"
MOST_BYTES = 512 * 1024 * 1024
PATIENCE_S = 600.0
JSON = (b"content-type", b"application/json")
NEVER = (b"x-should-retry", b"false")
OURS = HOP_BY_HOP | {b"host", b"content-length", b"accept-encoding"}
ENCODING = b"content-encoding"
"""An answer that is compressed all the same is handed on, and kept, as what it holds."""
NOT_PLAYED = 400


class ClaudeCassette:
    """A tape and the proxy that plays it. Made by the fixture `claude_cassette`."""

    def __init__(self, path: Path, mode: str, upstream: str) -> None:
        """Play the tape of that path, or record what the upstream says, as the mode has it. Raises ValueError where the tape is none."""
        self.path = path
        """Where the tape lies."""
        self.url = ""
        """Where the proxy listens; ANTHROPIC_BASE_URL says so too."""
        self.missed: list[str] = []
        """What was asked and is not on the tape."""
        there = path.exists()
        self.records = mode in ("new", "all") or (mode == "once" and not there)
        """Whether what is not on the tape is asked for."""
        self._upstream = upstream.rstrip("/")
        self._calls = read(path) if there and mode != "all" else []
        self._left = list(self._calls)
        self._changed = False

    def claude(self, **options: Any) -> Claude:  # noqa: ANN401  (the client's options)
        """Return a `yumen.Claude` that asks here, by the key of the environment."""
        from yumen.client import Claude  # noqa: PLC0415  (it loads the SDK)

        return Claude(**{"base_url": self.url} | options)

    def complaint(self) -> str:
        """Return what is not on the tape, and how to record it."""
        return "\n".join(
            [f"{each}" for each in self.missed]
            + [f"the tape is {self.path}; --claude-cassette=new records what is not on it, with a key of yours, and costs tokens"]
        )

    async def open(self) -> Server:
        """Listen on a free port."""
        server = await serve(self._handle, HOST, 0, ServerOptions(refuse=refuse))
        self.url = f"http://{HOST}:{server.port}"
        return server

    def save(self) -> None:
        """Write the tape, where something was recorded."""
        if self._changed:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_bytes(msgspec.json.format(msgspec.json.encode(Tape(FORM, self._calls)), indent=2) + b"\n")

    async def _handle(self, request: Request, reply: Reply) -> None:
        body = await request.read(MOST_BYTES)
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in request.headers}
        secrets = secrets_of(headers)
        question = asked(request.method, request.target.decode("latin-1"), headers, body, secrets)
        call = self._take(question)
        if call is not None:
            play(call.answer, reply)
        elif self.records:
            await self._record(Arrived(request, body, question, secrets), reply)
        else:
            self.missed.append(complaint(question, self._calls))
            refuse_to_play(reply, self.missed[-1])

    def _take(self, question: Asked) -> Call | None:
        """Take the next call of the tape that answers a question."""
        call = next((each for each in self._left if each.request.question == question.question), None)
        if call is not None:
            self._left.remove(call)
        return call

    async def _record(self, arrived: Arrived, reply: Reply) -> None:
        """Ask the upstream, hand its answer on as it comes, and keep it once it is whole."""
        request = arrived.request
        headers = [(name, value) for name, value in request.headers if name.lower() not in OURS]
        url = self._upstream + request.target.decode("latin-1")
        pieces = []
        try:
            async with (
                httpx2.AsyncClient(timeout=PATIENCE_S) as client,
                client.stream(request.method, url, headers=[*headers, (b"accept-encoding", b"identity")], content=arrived.body) as answer,
            ):
                reply.start(answer.status_code, [each for each in answer.headers.raw if each[0].lower() not in OURS | {ENCODING}], None)
                async for piece in answer.aiter_bytes():
                    pieces.append(piece)
                    reply.write(piece)
        except httpx2.HTTPError as error:
            self.missed.append(f"{self._upstream} gave no whole answer to {request.method} {request.path}: {type(error).__name__}")
            if reply.started:
                reply.abort()
            else:
                refuse_to_play(reply, self.missed[-1])
            return
        self._keep(arrived, answer.status_code, answer.headers, b"".join(pieces))
        reply.end()

    def _keep(self, arrived: Arrived, status: int, headers: httpx2.Headers, body: bytes) -> None:
        """Put a call on the tape; its request id is one that stays the same whenever it is recorded."""
        told = {name.lower(): value for name, value in headers.items()}
        own = told.get("request-id")
        stable = {} if own is None else {own: f"req_cassette_{len(self._calls) + 1}"}
        self._calls.append(Call(arrived.question, answered(status, told, body, arrived.secrets | stable)))
        self._changed = True


class Arrived(msgspec.Struct, frozen=True):
    """A request that is to be recorded."""

    request: Any
    body: bytes
    question: Any
    secrets: dict[str, str]


def secrets_of(headers: dict[str, str]) -> dict[str, str]:
    """Return the credentials of a request, each with what stands for it."""
    bearer = headers.get("authorization", "").partition(" ")[2].strip()
    return {secret: REMOVED for secret in (headers.get("x-api-key", "").strip(), bearer) if secret}


def play(answer: Answered, reply: Reply) -> None:
    """Answer as the tape says, a stream event by event."""
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.items()]
    if answer.events is None:
        reply.send(answer.status, headers, written_body(answer.body))
        return
    reply.start(answer.status, headers, None)
    for event in answer.events:
        reply.write(written_event(event))
    reply.end()


def refuse_to_play(reply: Reply, why: str) -> None:
    """Answer with an error that no client tries to mend."""
    reply.send(NOT_PLAYED, [JSON, NEVER], error_body("invalid_request_error", f"claude_cassette: {why}", "req_cassette_0"))


def refuse(fault: Fault) -> tuple[int, Headers, bytes]:
    """Return Claude's shape of what was no request."""
    return fault.status, [JSON], error_body(fault.error_type, fault.message, "req_cassette_0")


def read(path: Path) -> list[Call]:
    """Return the calls of a tape. Raises ValueError where it is none."""
    try:
        tape = msgspec.json.decode(path.read_bytes(), type=Tape)
    except msgspec.DecodeError as error:
        raise ValueError(f"{path} is no cassette: {error}") from error
    if tape.cassette != FORM:
        raise ValueError(f"{path} is a cassette of form {tape.cassette}, not {FORM}: record it anew")
    return tape.calls


@contextmanager
def opened_cassette(path: Path, mode: str, upstream: str) -> Iterator[ClaudeCassette]:
    """Give a cassette that listens; at the end it is closed, and what was recorded is written."""
    loop = shared()
    cassette = ClaudeCassette(path, mode, upstream)
    server = loop.run(cassette.open())
    try:
        yield cassette
    finally:
        loop.run(server.drain(0))
        cassette.save()
