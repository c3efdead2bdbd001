"""What a conformance check works on: what was asked, what came back, and what is to be said of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import msgspec

from yumen.claude.sse import EventCutter, event_data, event_name

NOT_THERE = frozenset({404, 405, 501})
"""How a server says that it has no such endpoint."""


class Severity(StrEnum):
    """How much a client depends on it."""

    MUST = "must"
    """Without it the official SDKs fail, or read something wrong."""
    SHOULD = "should"
    """Claude does so, and some client relies on it."""
    OPTIONAL = "optional"
    """A part that a server may leave out; what is there has to be right."""


class Outcome(StrEnum):
    """What a check came to."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_OFFERED = "not offered"
    SKIPPED = "skipped"


class Remark(msgspec.Struct, frozen=True):
    """A sentence with its values; the kind says what it means for the check."""

    outcome: Outcome
    sentence: str
    values: Mapping[str, object] = MappingProxyType({})

    def __str__(self) -> str:
        """Return the sentence with the values in their places."""
        return self.sentence.format(**self.values)


def flaw(sentence: str, **values: object) -> Remark:
    """Return what is wrong."""
    return Remark(Outcome.FAILED, sentence, values)


def absent(sentence: str, **values: object) -> Remark:
    """Return what the server does not offer."""
    return Remark(Outcome.NOT_OFFERED, sentence, values)


def skipped(sentence: str, **values: object) -> Remark:
    """Return why nothing can be said."""
    return Remark(Outcome.SKIPPED, sentence, values)


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """One request. The credential and the model are put in when it is sent."""

    name: str
    path: str = "/v1/messages"
    method: str = "POST"
    version: str | None = "2023-06-01"
    """What `anthropic-version` says; None: the header is left out."""
    bearer: bool = False
    """Whether the key goes as `Authorization: Bearer` instead of `x-api-key`."""
    key: str | None = None
    """Another key than the one that was given."""
    headers: Mapping[str, str] = MappingProxyType({})
    body: Mapping[str, Any] | str | None = None
    """An object gets the model's name where it has none; text is sent as it stands."""


class Event(msgspec.Struct, frozen=True):
    """One server-sent event: its name as the `event:` line says, empty without one, and its data."""

    name: str
    data: Any
    """Decoded where it is JSON, else the text."""

    @property
    def object(self) -> dict[str, Any]:
        """The data where it is an object, else an empty one."""
        return self.data if isinstance(self.data, dict) else {}


class Exchange(msgspec.Struct, frozen=True):
    """What came back: status, headers and body as their bytes were; `lost` says why nothing, or not all, came."""

    probe: Probe
    status: int = 0
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = b""
    lost: str | None = None

    def header(self, name: str) -> str | None:
        """Return a header's value (name in lower case), None where it is missing."""
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def json(self) -> Any:  # noqa: ANN401  (whatever it is)
        """The decoded body; None where it is no JSON."""
        return decoded(self.body)

    @property
    def object(self) -> dict[str, Any]:
        """The body where it is an object, else an empty one."""
        found = self.json
        return found if isinstance(found, dict) else {}

    @property
    def events(self) -> list[Event]:
        """The body as events; one without its blank line is none, as no client sees it."""
        cut = EventCutter().feed(self.body)
        return [read_event(each) for each in cut if event_name(each) or event_data(each)]


class Check(msgspec.Struct, frozen=True):
    """One promise of the protocol, and the rule that tells whether an exchange keeps it."""

    name: str
    title: str
    severity: Severity
    source: str
    """Where the promise is written."""
    probes: tuple[str, ...]
    """The requests whose exchanges the rule takes, in its order."""
    judge: Callable[..., Remark | None]
    """Pure; None: all is well."""


class Finding(msgspec.Struct, frozen=True):
    """What one check came to."""

    check: Check
    remark: Remark | None

    @property
    def outcome(self) -> Outcome:
        """How it ended."""
        return Outcome.PASSED if self.remark is None else self.remark.outcome

    @property
    def breaks(self) -> bool:
        """Whether a client cannot live with it."""
        return self.outcome is Outcome.FAILED and self.check.severity is Severity.MUST


class Report(msgspec.Struct, frozen=True):
    """All findings about one server."""

    url: str
    model: str
    calls: int
    findings: tuple[Finding, ...]

    @property
    def conforms(self) -> bool:
        """Whether nothing is wrong that a client depends on."""
        return not any(finding.breaks for finding in self.findings)

    def count(self, outcome: Outcome) -> int:
        """Return how many checks ended so."""
        return sum(finding.outcome is outcome for finding in self.findings)


def decoded(data: bytes) -> Any:  # noqa: ANN401  (whatever it is)
    """Return decoded JSON; None where it is none."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def read_event(event: bytes) -> Event:
    """Return an event's name and data."""
    data = event_data(event)
    found = decoded(data)
    return Event(event_name(event).decode("latin-1"), data.decode("utf-8", "replace") if found is None else found)
