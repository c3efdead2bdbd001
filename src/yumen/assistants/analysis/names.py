"""Names in SQL, pure: quoted, and made so that they need no quotes."""

from __future__ import annotations

import re


def quoted(name: str) -> str:
    """Return a name as SQL takes any."""
    return '"' + name.replace('"', '""') + '"'


def free_name(wish: str, taken: set[str]) -> str:
    """Return a table's name that needs no quotes and is not taken."""
    plain = re.sub(r"\W+", "_", wish).strip("_").lower() or "data"
    plain = f"t_{plain}" if plain[0].isdigit() else plain
    name, number = plain, 1
    while name in taken:
        number += 1
        name = f"{plain}_{number}"
    return name
