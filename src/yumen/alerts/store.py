"""Where it is kept what was told: what every store of it promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.alerts.values import News, Told


class AlertStore(Protocol):
    """Decides who tells. Each method raises DatabaseUnavailable when the store does not answer."""

    async def claim(self, news: Sequence[News]) -> list[bool]:
        """Return for each piece whether the asker tells it: of several who ask, in however many processes, one does."""

    async def meet(self, key_id: str, network: str, news: News) -> bool:
        """Note a key's network; return whether it is news: it was not known, and it is not the key's first."""

    async def end(self, name: str, time_us: int) -> bool:
        """Let a name be claimed anew; return whether it was claimed. Of several who end it, one gets True."""

    async def latest(self, limit: int, organization_id: str | None = None, skip: int = 0) -> list[Told]:
        """Return what was told, of one organization or at all, the newest first, without the first `skip`."""

    async def forget(self, before_us: int) -> None:
        """Drop what is older."""
