"""What Amazon Bedrock answers, as Claude says it: the events in its binary frames, and its errors."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from yumen.claude.eventstream import FrameCutter
from yumen.claude.faults import error_event
from yumen.claude.sse import event
from yumen.claude.statuses import SERVER_ERROR, error_type
from yumen.errors import Truncated, UpstreamRubbish

if TYPE_CHECKING:
    from yumen.claude.eventstream import Frame

ERRORS = {
    "accessdenied": 403,
    "expiredtoken": 401,
    "incompletesignature": 401,
    "internalfailure": 500,
    "internalserver": 500,
    "invalidclienttokenid": 401,
    "invalidsignature": 401,
    "missingauthenticationtoken": 401,
    "modelerror": 500,
    "modelnotready": 529,
    "modelstreamerror": 500,
    "modeltimeout": 504,
    "resourcenotfound": 404,
    "servicequotaexceeded": 429,
    "serviceunavailable": 529,
    "throttling": 429,
    "toomanyrequests": 429,
    "unrecognizedclient": 401,
    "validation": 400,
}
"""Names of AWS's errors, in lower case and without `exception`, and the status that Claude gives for the same."""

TOO_LONG = "Input is too long for requested model"
"""Bedrock's word for a prompt beyond the model's window, of which Claude says `prompt is too long`: clients look for these words."""

_ARN = re.compile(r"arn:aws[\w-]*:[^\s\"',]+")


class _Chunk(msgspec.Struct):
    data: bytes = msgspec.field(name="bytes")


class _Typed(msgspec.Struct):
    type: str


class _Message(msgspec.Struct):
    message: str | None = None
    Message: str | None = None


_chunk = msgspec.json.Decoder(_Chunk).decode
_typed = msgspec.json.Decoder(_Typed).decode
_message = msgspec.json.Decoder(_Message).decode


class Exceptional(NamedTuple):
    """An error that came in a frame: its name, and what it says."""

    name: str
    message: str


class EventStream:
    """Turns frames into the events that are in them."""

    __slots__ = ("_begun", "_cutter", "_request_id", "instead")

    def __init__(self, request_id: str) -> None:
        """Begin a stream; the request id stands in its errors."""
        self._cutter = FrameCutter()
        self._request_id = request_id
        self._begun = False
        self.instead: Exceptional | None = None
        """The error that came where the first event should have been."""

    def feed(self, data: bytes) -> bytes:
        """Return the events that these bytes complete. Raises UpstreamRubbish."""
        return b"".join([self._event(frame) for frame in self._cutter.feed(data)])

    def end(self) -> bytes:
        """Return nothing. Raises Truncated within a frame, UpstreamRubbish where there was none."""
        self._cutter.feed(b"")
        if self._cutter.partial:
            raise Truncated
        return b""

    def _event(self, frame: Frame) -> bytes:
        headers = frame.headers
        kind = headers.get(":message-type")
        if kind == "exception":
            return self._error(Exceptional(str(headers.get(":exception-type", "")), message_of(frame.payload)))
        if kind == "error":
            return self._error(Exceptional(str(headers.get(":error-code", "")), str(headers.get(":error-message", ""))))
        if headers.get(":event-type") != "chunk":
            return b""
        self._begun = True
        try:
            return event_of(_chunk(frame.payload).data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise UpstreamRubbish("A frame of the upstream's event stream holds no event.") from None

    def _error(self, error: Exceptional) -> bytes:
        if not self._begun:
            self.instead, self._begun = error, True
        return error_event(error_type(status_of(error.name) or SERVER_ERROR), worded(error.message) or error.name, self._request_id)


def event_of(data: bytes) -> bytes:
    """Return the event of a frame's data under the name that it says itself, as the official SDK has it; nothing where it has none."""
    try:
        name = _typed(data).type
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        name = _other_name(data)
    if not name or "\n" in name or "\r" in name:
        return b""
    if b"\n" in data or b"\r" in data:
        data = b"\ndata: ".join(data.splitlines())
    return event(name, data)


def _other_name(data: bytes) -> str:
    """Return the name of what has no type: a chunk of the Text Completions of 2023 has one."""
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        return "completion"
    if not isinstance(said, dict):
        return "completion"
    name = said.get("type")
    if isinstance(name, str):
        return name
    return "completion" if "completion" in said else ""


def status_of(name: str) -> int | None:
    """Return the status for the name of an AWS error (`ThrottlingException:http://…` too); None: it is not known."""
    return ERRORS.get(name.partition(":")[0].rpartition("#")[2].lower().removesuffix("exception"))


def message_of(body: bytes) -> str:
    """Return what an AWS error says, empty where that cannot be read."""
    try:
        read = _message(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    return read.message or read.Message or ""


def worded(message: str) -> str:
    """Return a message without the names of the operator's account, roles and resources; with Claude's words before a known one."""
    said = _ARN.sub("arn:…", message)
    return f"prompt is too long: {said}" if said.startswith(TOO_LONG) else said
