"""The table of Claude's endpoints that the gateway knows: how each body is taken in, and how each answer is metered."""

from __future__ import annotations

import re
from enum import StrEnum

import msgspec


class Intake(StrEnum):
    """How a request's body is taken in."""

    NONE = "none"
    """There is none to speak of."""
    WHOLE = "whole"
    """Held in memory and looked at."""
    SPOOLED = "spooled"
    """Too large to hold: written (encrypted) to the data folder, looked at, and read again from there."""
    PIPED = "piped"
    """Passed on as it comes, never held."""


class Shape(StrEnum):
    """How an answer says what it used."""

    MESSAGE = "message"
    """A Message, plain or as events."""
    COMPLETION = "completion"
    """A Message that becomes a legacy completion on its way."""
    CHAT = "chat"
    """A chat completion in the shape of `/v1/chat/completions`."""
    RESOURCE = "resource"
    """A batch or a file, or a list of them: nothing is metered, owners are kept."""
    PLAIN = "plain"
    """Nothing to read in it."""


BILLABLE = frozenset({Shape.MESSAGE, Shape.COMPLETION, Shape.CHAT})


class Endpoint(msgspec.Struct, frozen=True):
    """One row of the table. `path` is where the upstream serves it, with `{id}` for one segment."""

    name: str
    method: str
    path: str
    intake: Intake
    shape: Shape
    resource: str | None = None
    """`file` or `batch`, where the path or the answer names such things."""

    @property
    def billable(self) -> bool:
        """Whether Claude charges for what it answers here: tokens were made."""
        return self.shape in BILLABLE

    @property
    def counted(self) -> bool:
        """Whether a call of it counts as a request of the month: tokens are made, or may be, as a path outside the table may do."""
        return self.billable or self.makes_batch or self.name == "other"

    @property
    def makes_batch(self) -> bool:
        """Whether a call of it stands for all the requests of a Message Batch."""
        return self.name == "batches.create"

    @property
    def flows(self) -> bool:
        """Whether its plain answers may be of any length, so that they are never held whole."""
        return self.name in ("batches.results", "files.download", "other")

    @property
    def viewed(self) -> bool:
        """Whether its body is a prompt, of which some fields are read."""
        return self.shape in (Shape.MESSAGE, Shape.CHAT) or self.name == "count_tokens"


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("messages", "POST", "/v1/messages", Intake.WHOLE, Shape.MESSAGE),
    Endpoint("count_tokens", "POST", "/v1/messages/count_tokens", Intake.WHOLE, Shape.PLAIN),
    Endpoint("batches.create", "POST", "/v1/messages/batches", Intake.SPOOLED, Shape.RESOURCE, "batch"),
    Endpoint("batches.list", "GET", "/v1/messages/batches", Intake.NONE, Shape.RESOURCE, "batch"),
    Endpoint("batches.retrieve", "GET", "/v1/messages/batches/{id}", Intake.NONE, Shape.RESOURCE, "batch"),
    Endpoint("batches.delete", "DELETE", "/v1/messages/batches/{id}", Intake.NONE, Shape.RESOURCE, "batch"),
    Endpoint("batches.cancel", "POST", "/v1/messages/batches/{id}/cancel", Intake.WHOLE, Shape.RESOURCE, "batch"),
    Endpoint("batches.results", "GET", "/v1/messages/batches/{id}/results", Intake.NONE, Shape.PLAIN, "batch"),
    Endpoint("models.list", "GET", "/v1/models", Intake.NONE, Shape.PLAIN),
    Endpoint("models.retrieve", "GET", "/v1/models/{id}", Intake.NONE, Shape.PLAIN),
    Endpoint("files.upload", "POST", "/v1/files", Intake.PIPED, Shape.RESOURCE, "file"),
    Endpoint("files.list", "GET", "/v1/files", Intake.NONE, Shape.RESOURCE, "file"),
    Endpoint("files.retrieve_metadata", "GET", "/v1/files/{id}", Intake.NONE, Shape.RESOURCE, "file"),
    Endpoint("files.download", "GET", "/v1/files/{id}/content", Intake.NONE, Shape.PLAIN, "file"),
    Endpoint("files.delete", "DELETE", "/v1/files/{id}", Intake.NONE, Shape.RESOURCE, "file"),
    Endpoint("complete", "POST", "/v1/complete", Intake.WHOLE, Shape.COMPLETION),
    Endpoint("chat.completions", "POST", "/v1/chat/completions", Intake.WHOLE, Shape.CHAT),
)

OTHER = Endpoint("other", "*", "", Intake.PIPED, Shape.PLAIN)
"""A path outside the table: for keys that allow it."""

ALIASES = {
    "/messages": "/v1/messages",
    "/messages/count_tokens": "/v1/messages/count_tokens",
    "/models": "/v1/models",
}
"""Paths that some clients ask when their base address lacks `/v1`."""

_ID = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9_.:-]{1,256}\Z")
"""What may stand where an id stands; a dot segment is none."""

_EXACT = {(row.method, row.path): row for row in ENDPOINTS if "{id}" not in row.path}
_WITH_ID = {(row.method, *row.path.split("{id}")): row for row in ENDPOINTS if "{id}" in row.path}
_METHODS: dict[str, set[str]] = {}
for _row in ENDPOINTS:
    _METHODS.setdefault(_row.path, set()).add(_row.method)


class Match(msgspec.Struct, frozen=True):
    """What a method and a path mean: the endpoint, the path for the upstream, and the id that the path names."""

    endpoint: Endpoint
    path: str
    resource_id: str | None = None


_EXACT_MATCHES = {(method, path): Match(row, path) for (method, path), row in _EXACT.items()} | {
    (method, alias): Match(row, path) for (method, path), row in _EXACT.items() for alias, target in ALIASES.items() if target == path
}


def find_endpoint(method: str, path: str) -> Match | None:
    """Return what a method and a path mean, None where the table does not have them."""
    match = _EXACT_MATCHES.get((method, path))
    if match is not None:
        return match
    path = _unaliased(path)
    prefix, identifier, suffix = _cut_id(path)
    row = _WITH_ID.get((method, prefix, suffix))
    if row is None or not _ID.match(identifier):
        return None
    return Match(row, path, identifier)


def allowed_methods(path: str) -> set[str]:
    """Return the methods that the table has for a path, an empty set for a path that it does not have."""
    path = _unaliased(path)
    methods = _METHODS.get(path)
    if methods is not None:
        return methods
    prefix, identifier, suffix = _cut_id(path)
    return _METHODS.get(f"{prefix}{{id}}{suffix}", set()) if _ID.match(identifier) else set()


def _unaliased(path: str) -> str:
    return "/v1" + path if path.startswith("/models/") else ALIASES.get(path, path)


def _cut_id(path: str) -> tuple[str, str, str]:
    """Cut a path into what stands before an id, the id, and what stands after it."""
    for prefix in ("/v1/messages/batches/", "/v1/models/", "/v1/files/"):
        if path.startswith(prefix):
            identifier, slash, rest = path[len(prefix) :].partition("/")
            return prefix, identifier, slash + rest
    return path, "", ""


_FORBIDDEN_PATH = re.compile(r"//|\\|/\.{1,2}(?:/|\Z)|%(?:2[eEfF]|5[cC]|[46][1-9a-fA-F]|[57][0-9aA])", re.ASCII)


def plain_path(path: str) -> bool:
    """Tell whether a path can be understood in one way only: no dot segments, `//`, backslash, or escaped slash, dot or letter."""
    return _FORBIDDEN_PATH.search(path) is None
