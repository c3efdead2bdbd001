"""The way of a call, between the SDK and the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yumen.client.long_prompts import LongPrompts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.client.state import State


def before(state: State, others: Sequence[Any]) -> list[Any]:  # noqa: ARG001  (the way of a call will need it)
    """Return the whole chain: ours first, then the program's own without what a copy brings along of ours."""
    return [LongPrompts(), *(other for other in others if not isinstance(other, LongPrompts))]
