"""What is on a cassette: requests and answers without secrets, in a form that a person can read and compare. Pure."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any

import msgspec

from yumen.claude.sse import EventCutter, event_data, event_name
from yumen.claude.sse import event as sse_event

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FORM = 1
REMOVED = "removed"
SECRETS = re.compile(r"\b(?:sk-ant-|yk-)[\w-]{8,}")
ORGANIZATION = re.compile(r"\borg: [0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NOBODY = "org: 00000000-0000-0000-0000-000000000000"
REQUEST_HEADERS = frozenset({"anthropic-version", "anthropic-beta", "content-type"})
ANSWER_HEADERS = frozenset({"content-type", "request-id", "retry-after", "retry-after-ms", "x-should-retry"})
"""What is kept of an answer's head: what a program acts on, and nothing that says whose account it was."""
STREAM = "text/event-stream"
BINARY = "base64:"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A request. Its headers are for the reader; what is compared is the rest."""

    method: str
    path: str
    headers: dict[str, str] = {}
    body: Any = None
    """Decoded JSON, or the text; what is neither begins with `base64:`."""

    @property
    def question(self) -> tuple[str, str, Any]:
        """What makes two requests the same."""
        return self.method, re.sub(r"[?&]beta=true$", "", self.path), self.body


class Answered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An answer: a body, or the events of a stream."""

    status: int
    headers: dict[str, str]
    body: Any = None
    events: list[Any] | None = None
    """Objects with `event` and `data`; an event of another form is kept as its text."""


class Call(msgspec.Struct, frozen=True):
    """One request with its answer."""

    request: Asked
    answer: Answered


class Tape(msgspec.Struct, frozen=True):
    """A whole cassette."""

    cassette: int
    calls: list[Call]


def asked(method: str, target: str, headers: Mapping[str, str], body: bytes, secrets: Mapping[str, str]) -> Asked:
    """Return a request as it is kept: without the secrets (their values, with what stands for them), its boundary a fixed word."""
    boundary = re.search(r"boundary=\"?([^\";]+)", headers.get("content-type", ""))
    if boundary is not None:
        secrets = {**secrets, boundary[1]: "BOUNDARY"}
    kept = {name: cleaned(headers[name], secrets) for name in sorted(REQUEST_HEADERS & headers.keys())}
    return Asked(method=method, path=cleaned(target, secrets), headers=kept, body=readable(body, secrets))


def answered(status: int, headers: Mapping[str, str], body: bytes, secrets: Mapping[str, str]) -> Answered:
    """Return an answer as it is kept."""
    kept = {name: cleaned(headers[name], secrets) for name in sorted(ANSWER_HEADERS & headers.keys())}
    if headers.get("content-type", "").startswith(STREAM):
        return Answered(status=status, headers=kept, events=[readable_event(each, secrets) for each in EventCutter().feed(body)])
    return Answered(status=status, headers=kept, body=readable(body, secrets))


def readable(body: bytes, secrets: Mapping[str, str]) -> Any:  # noqa: ANN401  (whatever it is)
    """Return a body as JSON, as text, or as base64."""
    if not body:
        return None
    try:
        text = body.decode()
    except UnicodeDecodeError:
        for secret, instead in secrets.items():
            body = body.replace(secret.encode(), instead.encode())
        return BINARY + base64.b64encode(body).decode()
    text = cleaned(text, secrets)
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return found if isinstance(found, dict | list) else text


def readable_event(event: bytes, secrets: Mapping[str, str]) -> Any:  # noqa: ANN401  (whatever it is)
    """Return an event with its data decoded, or its text."""
    data = readable(event_data(event), secrets)
    name = event_name(event).decode("latin-1")
    return {"event": name, "data": data} if name and isinstance(data, dict) else cleaned(event.decode("utf-8", "replace"), secrets)


def written_body(body: Any) -> bytes:  # noqa: ANN401  (whatever it is)
    """Return the bytes that play a body."""
    if body is None:
        return b""
    if isinstance(body, str):
        return base64.b64decode(body.removeprefix(BINARY)) if body.startswith(BINARY) else body.encode()
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def written_event(event: Any) -> bytes:  # noqa: ANN401  (whatever it is)
    """Return the bytes that play an event."""
    if isinstance(event, str):
        return event.encode() + b"\n\n"
    return sse_event(str(event["event"]), written_body(event["data"]))


def cleaned(text: str, secrets: Mapping[str, str]) -> str:
    """Return text with the secrets replaced: those that are known, and what looks like a key."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, secrets[secret])
    return ORGANIZATION.sub(NOBODY, SECRETS.sub(REMOVED, text))


def difference(there: Any, here: Any, place: str = "body") -> str | None:  # noqa: ANN401  (whatever it is)
    """Return the first place where two bodies differ, with both values; None where they do not."""
    if isinstance(there, dict) and isinstance(here, dict):
        for name in [*there, *(name for name in here if name not in there)]:
            if name not in here or name not in there:
                return f"{place}.{name} is {'on the tape alone' if name in there else 'not on the tape'}"
            found = difference(there[name], here[name], f"{place}.{name}")
            if found:
                return found
        return None
    if isinstance(there, list) and isinstance(here, list):
        pairs = (difference(one, other, f"{place}[{at}]") for at, (one, other) in enumerate(zip(there, here, strict=False)))
        found = next(filter(None, pairs), None)
        return found or (None if len(there) == len(here) else f"{place} has {len(here)} members, on the tape {len(there)}")
    return None if there == here else f"{place} is {short(here)}, on the tape {short(there)}"


def short(value: object) -> str:
    """Return a value, cut for a sentence."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:80]}…"


def complaint(request: Asked, calls: Iterable[Call]) -> str:
    """Return why a request is not played: asked more often than recorded, or how it differs from the likeliest call."""
    calls = list(calls)
    same = [call for call in calls if call.request.question == request.question]
    if same:
        return f"{request.method} {request.path} was asked more often than it is on the tape ({len(same)} times)"
    alike = [call for call in calls if call.request.question[:2] == request.question[:2]]
    if not alike:
        return f"{request.method} {request.path} is not on the tape at all"
    found = min((difference(call.request.body, request.body) or "" for call in alike), key=len)
    return f"{request.method} {request.path} is not on the tape in this form: {found}"
