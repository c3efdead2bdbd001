"""A stand-in for Claude or a gateway on loopback: it writes down what it is sent, and takes only the keys that it knows."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from yumen.client import loop
from yumen.http import Reply, Request, Server, ServerOptions, serve

REFUSAL = {"type": "error", "error": {"type": "authentication_error", "message": "invalid x-api-key"}, "request_id": "req_1"}
MESSAGE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-sonnet-5-5",
    "content": [{"type": "text", "text": "Hello."}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 3, "output_tokens": 2},
}


@dataclass
class Call:
    """What was sent."""

    key: str
    path: str
    body: dict[str, object]
    headers: dict[str, str]


@dataclass
class StandIn:
    """It answers with one short message."""

    taken: set[str] | None = None
    """The keys that it takes; None: all."""
    calls: list[Call] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    """How it answers who has a key that it takes."""
    _seen: set[object] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Listen."""
        self.server: Server = loop.run(serve(self._answer, "127.0.0.1", 0, ServerOptions()))
        self.url = f"http://127.0.0.1:{self.server.port}"

    @property
    def keys(self) -> list[str]:
        """The keys of all calls, in their order."""
        return [call.key for call in self.calls]

    @property
    def accepted(self) -> int:
        """How many connections the calls came by."""
        return len(self._seen)

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self.server._connections)

    def close(self) -> None:
        """Listen no longer."""
        loop.run(self.server.drain(0))

    async def _answer(self, request: Request, reply: Reply) -> None:
        headers = {name.decode().lower(): value.decode() for name, value in request.headers}
        key = headers.get("x-api-key") or headers.get("authorization", "").removeprefix("Bearer ")
        body = await request.read(1_000_000)
        self._seen |= self.server._connections
        self.calls.append(Call(key, request.path, json.loads(body or b"{}"), headers))
        known = self.taken is None or key in self.taken
        more = [(name.encode(), value.encode()) for name, value in self.headers.items()]
        data = json.dumps(MESSAGE if known else REFUSAL).encode()
        reply.send(self.status if known else 401, [(b"content-type", b"application/json"), *more], data)
