"""A Messages answer, or an error, as a legacy caller expects it."""

from __future__ import annotations

import msgspec

from yumen.claude.completions.dialect import Dialect, LegacyForm, completion_id, completion_text, legacy_stop
from yumen.errors import UpstreamRubbish


class CumulativeAnswer(msgspec.Struct):
    """An answer, or the state of a stream, in the dialect of 2023-01-01."""

    completion: str
    stop: str | None
    stop_reason: str | None
    truncated: bool
    log_id: str
    model: str
    exception: str | None


class IncrementalAnswer(msgspec.Struct, tag="completion"):
    """An answer, or a piece of one, in the dialect of 2023-06-01."""

    id: str
    completion: str
    stop_reason: str | None
    model: str
    stop: str | None
    log_id: str


class _Block(msgspec.Struct):
    type: str = ""
    text: str | None = None


class _Message(msgspec.Struct):
    id: str
    content: list[_Block]
    stop_reason: str
    stop_sequence: str | None = None


class _ErrorOnly(msgspec.Struct):
    error: msgspec.Raw


_encode = msgspec.json.Encoder().encode
_read_message = msgspec.json.Decoder(_Message).decode
_read_error = msgspec.json.Decoder(_ErrorOnly).decode


def legacy_answer(body: bytes, form: LegacyForm) -> bytes:
    """Return a Message's JSON as a completion's. Raises UpstreamRubbish where it is not a whole Message."""
    try:
        message = _read_message(body)
    except (ValueError, RecursionError) as error:
        msg = f"The upstream's answer is not a Message: {error}"
        raise UpstreamRubbish(msg) from None
    text = "".join(block.text or "" for block in message.content if block.type == "text")
    reason, stop = legacy_stop(message.stop_reason, message.stop_sequence)
    return write_answer(form, message.id, completion_text(text, form), reason, stop)


def write_answer(form: LegacyForm, message_id: str, text: str, reason: str | None, stop: str | None) -> bytes:
    """Return the JSON of an answer in the caller's dialect."""
    name = completion_id(message_id)
    if form.dialect is Dialect.CUMULATIVE:
        return _encode(CumulativeAnswer(text, stop, reason, False, name, form.model, None))  # noqa: FBT003  (`truncated`)
    return _encode(IncrementalAnswer(name, text, reason, form.model, stop, name))


def legacy_error(body: bytes, dialect: Dialect) -> bytes:
    """Return an error's JSON for a legacy caller.

    Under 2023-01-01 it is the bare `{"error": …}` of that time. Every client that sends 2023-06-01 reads `error` and passes
    over the rest, and the later ones show `request_id`, so there the body stays as it is; so does one that is no error's JSON.
    """
    if dialect is not Dialect.CUMULATIVE:
        return body
    try:
        return bare_error(body)
    except (ValueError, RecursionError):
        return body


def bare_error(body: bytes) -> bytes:
    """Return `{"error": …}` of an error's JSON. Raises DecodeError where it is none."""
    return _encode(_read_error(body))
