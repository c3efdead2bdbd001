"""Where a client asks: an address, what it is called, and whether it is the offline sandbox of this process."""

from __future__ import annotations

import msgspec


class Place(msgspec.Struct, frozen=True):
    """An environment as it was resolved."""

    name: str
    """`production`, `sandbox`, the name of a table `[environments.NAME]`; else the address's host and port."""
    url: str
    """Without its last slash."""
    key: str | None = None
    """The reference of its own key, as the settings have it."""
    local: bool = False
    """It is the sandbox inside this process."""
