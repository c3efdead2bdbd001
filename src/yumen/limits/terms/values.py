"""The nouns of terms: what stands in the database for one organization, and what follows from it for one principal."""

from __future__ import annotations

from typing import Any

import msgspec

from yumen.limits.values import Limit, Line

UTC = "UTC"


class OrganizationTerms(msgspec.Struct, frozen=True):
    """All limits of one organization, whoever they are set on."""

    time_zone: str = UTC
    """In which its days and months are counted: a name of the IANA's list."""
    plan: tuple[Limit, ...] = ()
    """Those of its plan: they hold for the organization as a whole."""
    lines: tuple[Line, ...] = ()
    """Those that were set beside it."""


class Terms(msgspec.Struct, frozen=True):
    """The limits that apply to one principal, all of them at once."""

    organization_id: str
    time_zone: str = UTC
    lines: tuple[Line, ...] = ()
    tokens: bool = False
    """Whether one of them counts tokens."""
    money: bool = False
    """Whether one of them counts money."""
    bound: bool = False
    """Whether one of them reserves the most that a request can cost."""
    metered: bool = False
    """Whether one of them, which is enforced, counts tokens or money: then nothing passes that cannot be metered."""
    derived: dict[str, Any] = msgspec.field(default_factory=dict)
    """What the rules worked out of them, by endpoint, so that they do it once."""
