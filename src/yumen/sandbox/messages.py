"""`POST /v1/messages` and `/v1/messages/count_tokens`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.sandbox.answer import Refusal
from yumen.sandbox.checks import check, read_json
from yumen.sandbox.delivery import stream_headers
from yumen.sandbox.message import envelope_of, message_object
from yumen.sandbox.parse import parse_ask
from yumen.sandbox.prompt_cache import prompt_tokens
from yumen.sandbox.reply_headers import JSON, identity_headers, rate_limit_headers
from yumen.sandbox.setting import Setting
from yumen.sandbox.stream import message_events
from yumen.sandbox.threads import Threads
from yumen.sandbox.trouble import refusal_of

if TYPE_CHECKING:
    from yumen.http import Headers
    from yumen.sandbox.author import Author, Written
    from yumen.sandbox.call import Call
    from yumen.sandbox.delivery import Courier
    from yumen.sandbox.options import SandboxOptions

MAX_BODY_BYTES = 32 * 1024 * 1024


class Messages:
    """The Messages API."""

    def __init__(self, author: Author, courier: Courier, options: SandboxOptions) -> None:
        """Answer by an author and a courier."""
        self._author = author
        self._courier = courier
        self._options = options
        self._threads = Threads()

    async def create(self, call: Call) -> None:
        """Answer a conversation, plain or streamed."""
        body = self._body(call, await call.request.read(MAX_BODY_BYTES))
        ask = body if isinstance(body, Refusal) else parse_ask(body)
        written = ask if isinstance(ask, Refusal) else self._author.answer(ask, call.wishes)
        if isinstance(body, Refusal) or isinstance(ask, Refusal) or isinstance(written, Refusal):
            call.refuse(next(each for each in (body, ask, written) if isinstance(each, Refusal)))
            return
        envelope = envelope_of(call.clock.new_id("msg_01"), ask)
        message = message_object(written, envelope)
        self._threads.keep(body, message)
        way = self._courier.way(written.trouble)
        if ask.stream:
            await self._courier.stream(call, stream_headers(call), message_events(written, envelope), way)
            return
        tokens = written.answer.output_tokens
        await self._courier.deliver(call, plain_headers(call, written), msgspec.json.encode(message), way, tokens)

    def reset(self) -> None:
        """Forget the threads."""
        self._threads.clear()

    def _body(self, call: Call, data: bytes) -> dict[str, object] | Refusal:
        """Read, complete and check a body."""
        body = read_json(data)
        if not isinstance(body, Refusal):
            body = self._threads.resume(body)
        if isinstance(body, Refusal):
            return body
        return check(body, Setting(call.version, call.betas, self._options.strict)) or body

    async def count_tokens(self, call: Call) -> None:
        """Count a prompt; the sum of the input that a message with this prompt would report."""
        body = read_json(await call.request.read(MAX_BODY_BYTES))
        if isinstance(body, Refusal):
            call.refuse(body)
            return
        refusal = check(body, Setting(call.version, call.betas, self._options.strict, counting=True))
        if refusal is not None:
            call.refuse(refusal)
        elif call.wishes.error is not None:
            call.refuse(refusal_of(call.wishes.error))
        else:
            counted: dict[str, object] = {"input_tokens": prompt_tokens(parse_ask(body))}
            if body.get("context_management") is not None:
                counted["context_management"] = {"original_input_tokens": counted["input_tokens"]}
            await self._courier.deliver(call, call.headers(JSON), msgspec.json.encode(counted), self._courier.way(call.wishes.trouble))


def plain_headers(call: Call, written: Written) -> Headers:
    """Return the headers of a plain answer: its use is taken from the limits that they show."""
    limits = rate_limit_headers(call.clock.now_us(), written.usage.total_tokens, written.answer.output_tokens)
    return [*identity_headers(call.request_id, JSON), *limits]
