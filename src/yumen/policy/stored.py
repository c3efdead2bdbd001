"""A policy as it is stored: JSON, with the words of its files in it."""

from __future__ import annotations

from typing import Any

import msgspec

from yumen.errors import OperatorError
from yumen.policy.values import Policy


def stored_form(policy: Policy) -> bytes:
    """Return a policy as the store keeps it: JSON, its words in it; the same for the same policy."""
    return msgspec.json.encode(policy)


def from_store(document: bytes) -> Policy:
    """Read what `stored_form` made, perhaps in a newer program. Raises OperatorError where it has no meaning here.

    It was checked before it was stored; whether its rules still mean something is found out where it is compiled.
    """
    try:
        return msgspec.json.decode(document, type=Policy)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise OperatorError("a stored policy cannot be read: {reason}", reason=error) from error


def fields_of(document: bytes) -> dict[str, Any] | None:
    """Return what is stored as it stands, for somebody who looks at it; None where it is no JSON."""
    try:
        return msgspec.json.decode(document, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
