"""A stored policy as its TOML file would have it, to be read and changed by a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tomli_w

if TYPE_CHECKING:
    from collections.abc import Mapping


def as_toml(fields: Mapping[str, Any]) -> str:
    """Return a policy's plain values as TOML; what a file said in comments is not among them."""
    return tomli_w.dumps(fields)
