"""The sandbox as a handler of HTTP: each request to its endpoint, and every error in Claude's shape."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from yumen.claude import error_body
from yumen.errors import CallerLeft, Fault, TooLarge
from yumen.sandbox.answer import Refusal, invalid, not_found
from yumen.sandbox.author import Author
from yumen.sandbox.batches import Batches
from yumen.sandbox.call import Call, read_betas, read_query
from yumen.sandbox.chat import Chat
from yumen.sandbox.delivery import Courier
from yumen.sandbox.files import Files
from yumen.sandbox.gate import check_betas, check_credential, check_version_header, read_version
from yumen.sandbox.legacy import Legacy
from yumen.sandbox.messages import Messages
from yumen.sandbox.models import Models
from yumen.sandbox.repetitions import Repetitions
from yumen.sandbox.reply_headers import JSON, identity_headers
from yumen.sandbox.rulebook import load_rules
from yumen.sandbox.table import Destination, find
from yumen.sandbox.trouble import read_wishes, refusal_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from yumen.clock import Clock
    from yumen.http import Headers, Reply, Request
    from yumen.sandbox.options import SandboxOptions
    from yumen.sandbox.rules import Rule

_OPEN = frozenset({"hello", "reset"})
"""Endpoints that ask for neither credential nor version."""
_BY_REQUEST = frozenset({"messages", "complete", "chat"})
"""Endpoints that answer faults themselves, because these depend on how often the request came."""
TOO_LARGE = Refusal(413, "request_too_large", "Request exceeds the maximum size", bare=True)


class Sandbox:
    """An offline Claude: `handle` is a handler for `yumen.http.serve`. Raises OperatorError for a bad rules file."""

    def __init__(self, clock: Clock, options: SandboxOptions, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Tell time by `clock`, pass it by `sleep`."""
        self._clock = clock
        self._options = options
        self._repetitions = Repetitions()
        self._author = Author(clock, options, load_rules(options.rules), self._repetitions)
        self._courier = Courier(sleep, options.pace)
        self._batches = Batches(clock, self._author, options)
        self._files = Files(clock, options)
        self._messages = Messages(self._author, self._courier, options)
        self._endpoints = self._make_endpoints()

    def _make_endpoints(self) -> dict[str, Callable[[Call, str], Awaitable[None]]]:
        models = Models(self._options)
        legacy = Legacy(self._author, self._courier)
        chat = Chat(self._author, self._courier)
        messages, batches, files = self._messages, self._batches, self._files
        return {
            "messages": _plain(messages.create),
            "count_tokens": _plain(messages.count_tokens),
            "complete": _plain(legacy.complete),
            "chat": _plain(chat.create),
            "models.list": _plain(models.list),
            "models.retrieve": models.retrieve,
            "batches.create": _plain(batches.create),
            "batches.list": _plain(batches.list),
            "batches.retrieve": batches.retrieve,
            "batches.cancel": batches.cancel,
            "batches.delete": batches.delete,
            "batches.results": batches.results,
            "files.upload": _plain(files.upload),
            "files.list": _plain(files.list),
            "files.retrieve": files.retrieve,
            "files.content": files.content,
            "files.delete": files.delete,
            "hello": _plain(_hello),
            "reset": _plain(self._reset),
        }

    async def handle(self, request: Request, reply: Reply) -> None:
        """Answer one request."""
        call = Call(self._clock, request, reply, self._clock.new_id("req_01"))
        try:
            await self._answer(call)
        except TooLarge:
            call.refuse(TOO_LARGE)
        except CallerLeft:
            raise
        except Fault as fault:
            if reply.started:
                raise
            call.refuse(Refusal(fault.status, fault.error_type, fault.message))

    def refuse(self, fault: Fault) -> tuple[int, Headers, bytes]:
        """Return Claude's shape of a fault: for what is refused before `handle` sees it."""
        request_id = self._clock.new_id("req_01")
        return fault.status, identity_headers(request_id, JSON), error_body(fault.error_type, fault.message, request_id)

    async def close(self) -> None:
        """Stop the batches' work and delete what was stored."""
        await self._batches.close()
        self._files.close()

    async def _answer(self, call: Call) -> None:
        destination = find(call.request.method, call.request.path)
        refusal = self._read_head(call, destination)
        if refusal is not None or destination is None or destination.name is None:
            call.refuse(refusal or not_found("Not Found"))
            return
        if destination.name not in _BY_REQUEST | {"count_tokens"} and await self._trouble(call):
            return
        await self._endpoints[destination.name](call, destination.id)

    def _read_head(self, call: Call, destination: Destination | None) -> Refusal | None:
        """Read the head into the call; return why it is refused."""
        request = call.request
        if destination is None:
            return not_found("Not Found")
        if destination.name is None:
            return Refusal(405, "invalid_request_error", "Method Not Allowed")
        if destination.name in _OPEN:
            return None
        call.version = read_version(request)
        call.betas = read_betas(request.headers)
        call.query = read_query(request.query)
        wishes = read_wishes(request.headers)
        if isinstance(wishes, Refusal):
            return wishes
        call.wishes = wishes
        return self._check_head(call, destination)

    def _check_head(self, call: Call, destination: Destination) -> Refusal | None:
        refusal = check_credential(call.request) if self._options.strict else None
        refusal = refusal or check_version_header(call.version, destination.path)
        if refusal is None and self._options.strict:
            refusal = check_betas(call.betas)
        if refusal is None and (call.request.header(b"content-encoding") or b"identity") != b"identity":
            return invalid("Compressed request bodies are not supported.", "request_body_encoding_unsupported")
        return refusal

    async def _trouble(self, call: Call) -> bool:
        """Do what the headers ask where no answer is composed; True where that was the answer."""
        if call.wishes.times is not None:
            call.wishes = call.wishes.after(self._repetitions.next(call.request.method.encode() + call.request.target))
        await self._courier.first_byte(self._courier.way(call.wishes.trouble))
        if call.wishes.error is not None:
            call.refuse(refusal_of(call.wishes.error))
        elif call.wishes.trouble.cut_after is not None:
            call.reply.abort()
        else:
            return False
        return True

    def put_first(self, rules: tuple[Rule, ...]) -> None:
        """Let those rules come before the operator's and the built-in ones; none: only these count again."""
        self._author.put_first(rules)

    def reset(self) -> None:
        """Forget repetitions, rules' uses, threads and the prompt cache: what follows is as after a start."""
        self._author.reset()
        self._messages.reset()

    async def _reset(self, call: Call) -> None:
        self.reset()
        call.respond({"type": "sandbox_reset"})


async def _hello(call: Call) -> None:
    call.respond({"type": "sandbox", "message": "Yumen's sandbox: an offline stand-in for Claude."})


def _plain(endpoint: Callable[[Call], Awaitable[None]]) -> Callable[[Call, str], Awaitable[None]]:
    """Make an endpoint without an id look like one with an id."""

    def answer(call: Call, _identity: str) -> Awaitable[None]:
        return endpoint(call)

    return answer
