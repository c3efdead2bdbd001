"""What the spine asks of a request that is a turn of a stored conversation: to say when it is stored, and to keep its placeholders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import asyncio


class Turn(Protocol):
    """One turn that is under way."""

    stored: asyncio.Future[None] | None
    """The end of storing it; None before the close. The answer's last bytes wait for it, within a time-out."""
    placeholders: dict[str, str]
    """The values that the conversation's placeholders stand for, by placeholder: what was kept of earlier turns, and what policy adds."""
