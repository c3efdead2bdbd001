"""The noun of aliases: one name of one organization, and the model that it means."""

from __future__ import annotations

import msgspec

MAX_ALIASES = 200
"""So many has an organization at most: every gateway keeps all of them in memory."""


class Alias(msgspec.Struct, frozen=True):
    """What an organization means by a name."""

    organization_id: str
    alias: str
    """The name that callers ask for."""
    model: str
    """The model that is asked in its place; never an alias itself."""
    created_us: int
