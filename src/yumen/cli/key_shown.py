"""Keys as they are printed: in a list, alone, and a new one, this once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from yumen.cli.key_options import on_leave_text, restriction_text
from yumen.cli.limit_text import limit_text
from yumen.clock import iso
from yumen.keys import status_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from yumen.cli.console import Console
    from yumen.keys import IssuedKey, KeyRecord
    from yumen.limits.values import Limit


class KeyLine(msgspec.Struct, frozen=True):
    """One key in JSON, without its text."""

    id: str
    name: str
    environment: str
    """`admin` for an admin key."""
    status: str
    hint: str
    created_at: str
    expires_at: str | None
    allowed_paths: tuple[str, ...]
    kind: str
    role: str | None
    """Of an admin key."""
    organization_id: str
    workspace_id: str | None
    user_id: str | None
    """The member whose key it is."""
    created_by: str | None
    label: str | None
    takes_label: bool
    restrictions: tuple[Any, ...]
    """Each with its `type`: `addresses`, `models`, `paths` or `max_tokens`."""
    replaced_by: str | None
    on_leave: str
    """What becomes of an answer whose caller leaves, as it is typed."""
    content: str
    """What of its requests and answers is written down: `off`, `errors` or `all`."""
    limits: tuple[str, ...] | None = None
    """Its own, as they are typed; only where one key is shown."""


class NewKey(msgspec.Struct, frozen=True):
    """A new key in JSON: the only place where its text stands."""

    id: str
    name: str
    environment: str
    key: str
    expires_at: str | None


LISTED = (
    "id",
    "name",
    "environment",
    "status",
    "created_at",
    "expires_at",
    "kind",
    "workspace_id",
    "label",
    "restrictions",
    "on_leave",
    "content",
)
"""The columns in a pipe. Programs count on them: only append."""
SEEN = ("id", "name", "environment", "status", "expires_at", "label", "restrictions")
"""The columns on a terminal."""


def line_of(record: KeyRecord, now_us: int, limits: Sequence[Limit] | None = None) -> KeyLine:
    """Return a record as it is shown."""
    return KeyLine(
        id=record.key_id,
        name=record.name,
        environment=record.environment,
        status=status_of(record, now_us),
        hint=record.hint,
        created_at=iso(record.created_at_us),
        expires_at=None if record.expires_at_us is None else iso(record.expires_at_us),
        allowed_paths=record.allowed_paths,
        kind="standard" if record.role is None else "admin",
        role=record.role,
        organization_id=record.organization_id,
        workspace_id=record.workspace_id or None,
        user_id=record.user_id,
        created_by=record.created_by,
        label=record.label,
        takes_label=record.takes_label,
        restrictions=record.restrictions,
        replaced_by=record.replaced_by,
        on_leave=on_leave_text(record.drain_s),
        content=record.content,
        limits=None if limits is None else tuple(limit_text(limit) for limit in limits),
    )


def cell(line: KeyLine, column: str) -> str:
    """Return what stands in a table's cell: lists as text."""
    value = getattr(line, column)
    if column == "restrictions":
        return "; ".join(restriction_text(each) for each in value)
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def to_json(line: KeyLine) -> str:
    """Return a key's line of JSON; `limits` stand in it where they were asked for."""
    shown = msgspec.to_builtins(line)
    if line.limits is None:
        del shown["limits"]
    return msgspec.json.encode(shown).decode()


def show_all(console: Console, lines: Sequence[KeyLine], *, as_json: bool) -> None:
    """Print a list of keys."""
    if as_json:
        for line in lines:
            console.raw(to_json(line))
        return
    columns = SEEN if console.is_terminal else LISTED
    console.table(columns, [[cell(line, column) for column in columns] for line in lines])


def show_one(console: Console, line: KeyLine, names: Mapping[str, str], *, as_json: bool) -> None:
    """Print one key, a field a line; an id is followed by its name."""
    if as_json:
        console.raw(to_json(line))
        return
    rows = [(column, cell(line, column)) for column in KeyLine.__struct_fields__]
    console.table(("field", "value"), [(column, f"{text} ({names[text]})" if text in names else text) for column, text in rows if text])


def show_new(console: Console, issued: IssuedKey, *, as_json: bool) -> None:
    """Show a new key, this once."""
    record = issued.record
    expires_at = None if record.expires_at_us is None else iso(record.expires_at_us)
    if as_json:
        new = NewKey(record.key_id, record.name, record.environment, issued.text, expires_at)
        console.raw(msgspec.json.encode(new).decode())
        return
    console.note("the key of {name} ({id}) is shown this once: keep it where secrets are kept", name=record.name, id=record.key_id)
    console.raw(issued.text)
