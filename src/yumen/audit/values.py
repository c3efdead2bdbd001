"""The nouns of the audit log: who did what, to what, from where, and what was before and after."""

from __future__ import annotations

from typing import Any

import msgspec


class Actor(msgspec.Struct, frozen=True):
    """Who acts. `name` is `user:ID`, `key:ID`, `command line:UNIX USER`, or `gateway` where it acts by itself."""

    name: str
    address: str = "local"
    """Where the act came from: an IP address, or `local` for the command line."""


COMMAND_LINE = Actor("command line")


class Act(msgspec.Struct, frozen=True):
    """One administrative act. `before` and `after` hold what changed as plain values, and never a secret."""

    actor: Actor
    time_us: int
    action: str
    """What was done, as `thing.verb`: `api_key.create`, `member.update`."""
    target: str
    """The id of what it was done to."""
    organization_id: str | None = None
    """Whose matter it is; None: the operator's."""
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


class Recorded(msgspec.Struct, frozen=True):
    """An act as it stands in the log, with its number."""

    sequence: int
    act: Act


class Sought(msgspec.Struct, frozen=True):
    """Which acts are looked for; None: whichever. Times are UTC microseconds."""

    actor: str | None = None
    """A part of whoever acted: of the name or the id."""
    action: str | None = None
    """What was done, or, without a dot, what kind of thing it was done to."""
    target: str | None = None
    """A part of the id of what it was done to."""
    from_us: int | None = None
    """Not before that."""
    until_us: int | None = None
    """Before that."""


ANY = Sought()
