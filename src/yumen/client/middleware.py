"""The way of a call, between the SDK and the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.client.state import State


def before(state: State, others: Sequence[Any]) -> list[Any]:  # noqa: ARG001  (the way of a call will need it)
    """Return the whole chain: ours first, then the program's own without what a copy brings along of ours."""
    return list(others)
