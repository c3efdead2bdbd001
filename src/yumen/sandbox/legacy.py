"""`POST /v1/complete`, Text Completions, in both of its dialects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.claude import event
from yumen.claude.completions import Dialect, dialect_of
from yumen.claude.completions.prompt import split_prompt
from yumen.errors import InvalidRequest
from yumen.sandbox.answer import Answer, Refusal, invalid
from yumen.sandbox.ask import Ask, Block, Turn
from yumen.sandbox.check_fields import missing
from yumen.sandbox.checks import read_json
from yumen.sandbox.delivery import stream_headers
from yumen.sandbox.parse import canonical, fingerprint
from yumen.sandbox.pieces import text_pieces
from yumen.sandbox.reading import number, string, strings, whole
from yumen.sandbox.reply_headers import JSON
from yumen.sandbox.stream import PING, Piece
from yumen.sandbox.wording import Sampling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yumen.sandbox.author import Author, Written
    from yumen.sandbox.call import Call
    from yumen.sandbox.delivery import Courier

MAX_BODY_BYTES = 32 * 1024 * 1024
HUMAN = "\n\nHuman:"
"""A stop sequence that every prompt has."""
DONE = b"data: [DONE]\r\n\r\n"


class Legacy:
    """The Text Completions API."""

    def __init__(self, author: Author, courier: Courier) -> None:
        """Answer by an author and a courier."""
        self._author = author
        self._courier = courier

    async def complete(self, call: Call) -> None:
        """Continue a prompt, plain or streamed."""
        body = read_json(await call.request.read(MAX_BODY_BYTES))
        ask = body if isinstance(body, Refusal) else read_prompt(body)
        written = ask if isinstance(ask, Refusal) else self._author.answer(ask, call.wishes)
        if isinstance(ask, Refusal) or isinstance(written, Refusal):
            call.refuse(ask if isinstance(ask, Refusal) else written)  # type: ignore[arg-type]  # one of them is the refusal
            return
        way = self._courier.way(written.trouble)
        form = Completion(ask.model, call.clock.new_id("compl_01"), dialect_of(call.version))
        if ask.stream:
            await self._courier.stream(call, stream_headers(call), form.events(written), way)
        else:
            encoded = msgspec.json.encode(form.whole(written.answer))
            await self._courier.deliver(call, call.headers(JSON), encoded, way, written.answer.output_tokens)


def read_prompt(body: dict[str, object]) -> Ask | Refusal:
    """Read a Text Completions body."""
    for name in ("model", "prompt", "max_tokens_to_sample"):
        if name not in body:
            return invalid(missing(name))
    most = whole(body["max_tokens_to_sample"])
    if most is None or most < 1:
        return invalid("max_tokens_to_sample: Input should be greater than or equal to 1")
    if not isinstance(body["prompt"], str) or not isinstance(body["model"], str):
        return invalid(f"{'prompt' if isinstance(body['model'], str) else 'model'}: Input should be a valid string")
    try:
        prompt = split_prompt(body["prompt"])
    except InvalidRequest as fault:
        return invalid(fault.message)
    temperature = number(body.get("temperature"))
    return Ask(
        model=body["model"],
        max_tokens=most,
        turns=tuple(Turn(turn.role, (_block(turn.content),)) for turn in prompt.turns),
        system=(_block(prompt.system),) if prompt.system else (),
        stop_sequences=tuple(stop for stop in (*strings(body.get("stop_sequences")), HUMAN) if stop),
        stream=body.get("stream") is True,
        completion=True,
        sampling=Sampling(1.0 if temperature is None else temperature, number(body.get("top_p")) or 1.0, whole(body.get("top_k")) or 0),
        fingerprint=fingerprint(body),
    )


def _block(text: str) -> Block:
    return Block("text", text, digest=canonical(text))


class Completion(msgspec.Struct, frozen=True):
    """The form of one completion: the name that was asked, its id, its dialect."""

    model: str
    id: str
    dialect: Dialect

    def whole(self, answer: Answer) -> dict[str, object]:
        """Return a plain answer."""
        return self._state(_text(answer), *_stop(answer))

    def events(self, written: Written) -> Iterator[Piece]:
        """Yield a stream: cumulative and unnamed in the first dialect, incremental and named in the second."""
        cumulative = self.dialect is Dialect.CUMULATIVE
        answer = written.answer
        so_far = ""
        for place, piece in enumerate(text_pieces(_text(answer), written.draw.child("block", 0))):
            so_far += piece
            yield Piece(self._event(self._state(so_far if cumulative else piece, None, None)), delta=True)
            if not place:
                yield Piece(PING.replace(b"\n", b"\r\n") if cumulative else PING)
        yield Piece(self._event(self._state(so_far if cumulative else "", *_stop(answer))))
        if cumulative:
            yield Piece(DONE)

    def _event(self, state: dict[str, object]) -> bytes:
        encoded = msgspec.json.encode(state)
        return b"data: " + encoded + b"\r\n\r\n" if self.dialect is Dialect.CUMULATIVE else event("completion", encoded)

    def _state(self, text: str, reason: str | None, stop: str | None) -> dict[str, object]:
        if self.dialect is Dialect.CUMULATIVE:
            first: dict[str, object] = {"completion": text, "stop_reason": reason, "model": self.model, "stop": stop}
            return first | {"truncated": False, "log_id": self.id, "exception": None}
        named: dict[str, object] = {"type": "completion", "id": self.id, "completion": text, "stop_reason": reason}
        return named | {"model": self.model, "stop": stop, "log_id": self.id}


def _text(answer: Answer) -> str:
    """A completion begins with a space, as the prompt ends in `Assistant:`."""
    return " " + answer.text if answer.text else ""


def _stop(answer: Answer) -> tuple[str, str | None]:
    if answer.stop_reason in ("max_tokens", "model_context_window_exceeded"):
        return "max_tokens", None
    return "stop_sequence", string(answer.stop_sequence) or HUMAN
