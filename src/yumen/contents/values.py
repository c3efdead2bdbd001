"""The nouns of kept content: what was asked and answered, as it is sealed and as it is stored."""

from __future__ import annotations

import msgspec


class Sizes(msgspec.Struct, frozen=True):
    """How many bytes of one request, and of one answer, are kept at most."""

    request_bytes: int
    answer_bytes: int


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """One exchange as the upstream saw it. It is sealed as it stands, as an array: only append. Its `repr` shows none of it."""

    method: str
    path: str
    status: int
    """What the caller got; 0: none was sent."""
    outcome: str
    fault: str | None
    """The name of what ended it."""
    request: bytes | None
    """What was sent, redacted, from its beginning; None: the body passed without being held."""
    request_bytes: int
    """How long it was in all."""
    answer: bytes
    """What came, screened and with its placeholders, from its beginning."""
    answer_bytes: int
    """How much of it came in all."""

    def __repr__(self) -> str:
        return f"Kept({self.method} {self.path})"


class Row(msgspec.Struct, frozen=True):
    """What is stored of one exchange."""

    request_id: str
    organization_id: str
    workspace_id: str
    key_id: str
    time_us: int
    """When it began, UTC."""
    sealed: bytes
    """A `Kept`, encrypted; it opens for its request's id alone."""


class Waiting(msgspec.Struct, frozen=True):
    """One exchange that is still to be sealed and written."""

    request_id: str
    organization_id: str
    workspace_id: str
    key_id: str
    time_us: int
    kept: Kept
    held_bytes: int
    """What it holds of the memory budget."""
