"""Where aliases are kept, as the gateway reads them. They are written by `organizations/`, with an act in the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from yumen.routes.aliases.values import Alias


class AliasStore(Protocol):
    """Reads aliases. Raises `DatabaseUnavailable` where they cannot be read."""

    async def every(self) -> list[Alias]:
        """Return the aliases of all organizations."""
