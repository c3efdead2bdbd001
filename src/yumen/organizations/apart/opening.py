"""A row as its organization may read it: sealed columns opened, bytes as what they are, and nothing that proves who somebody is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from yumen.contents.rules import context_of as of_content
from yumen.contents.rules import read as read_content
from yumen.organizations.prompts import context_of as of_prompt
from yumen.organizations.rows import SECRET_FIELDS
from yumen.policy.flags import context_of as of_flag
from yumen.policy.kept import context_of as of_kept
from yumen.sessions.sealing import OF_SESSION, OF_TURN, of_session, of_turn
from yumen.storage.envelope import is_sealed

if TYPE_CHECKING:
    from yumen.storage.envelope import Sealer

Row = Mapping[str, Any]

LEFT_OUT = SECRET_FIELDS | {"body_hash"}
UNOPENED = {"idempotent_answers": "sealed"}
"""A column that only the caller opens, whose own idempotency key seals it."""


class Named(msgspec.Struct, frozen=True):
    """What a flag's context looks at."""

    request_id: str
    number: int


def in_session(column: str, row: Row) -> bytes:
    """Return what a session's column is bound to."""
    return of_session(column, row["id"])


def in_turn(column: str, row: Row) -> bytes:
    """Return what a turn's column is bound to."""
    return of_turn(column, row["request_id"])


CONTEXTS: Mapping[tuple[str, str], Callable[[Row], bytes]] = {
    ("contents", "sealed"): lambda row: of_content(row["request_id"]),
    ("policy_flags", "sealed"): lambda row: of_flag(Named(row["request_id"], row["number"])),  # type: ignore[arg-type]
    ("prompts", "sealed"): lambda row: of_prompt(row["id"]),
    ("placeholders", "sealed"): lambda row: of_kept(row["resource_id"]),
    **{("sessions", name): partial(in_session, name) for name in OF_SESSION},
    **{("session_turns", name): partial(in_turn, name) for name in OF_TURN},
}
"""What each sealed column is bound to."""


def opened_row(table: str, row: Row, sealer: Sealer | None) -> dict[str, Any]:
    """Return a row to be read. Raises SealBroken and ContentKeyUnavailable; without a sealer, what is sealed is left out."""
    shown: dict[str, Any] = {}
    for name, value in row.items():
        context = CONTEXTS.get((table, name))
        if (name in LEFT_OUT and context is None) or UNOPENED.get(table) == name:
            continue
        if context is None or not isinstance(value, bytes) or not is_sealed(value):
            shown[name] = readable(value)
        elif sealer is not None:
            shown[name] = plain(table, sealer.open(value, context(row)))
    return shown


def plain(table: str, value: bytes) -> object:
    """Return what was sealed in a table."""
    if table != "contents":
        return readable(value)
    return {name: readable(part) for name, part in msgspec.structs.asdict(read_content(value)).items()}


def readable(value: object) -> object:
    """Return bytes as the JSON or the text that they are; what is neither, in base64, as msgspec writes it."""
    if not isinstance(value, bytes):
        return value
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value
