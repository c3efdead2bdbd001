"""A clock that stands, a store in memory and requests of headers alone, for the tests of this room."""

from __future__ import annotations

from collections.abc import Collection
from types import SimpleNamespace
from typing import Any

from yumen.audit import Act
from yumen.clock import Clock
from yumen.errors import KeysUnreadable
from yumen.http.head import Head
from yumen.keys import Change, KeyRecord


class StandingClock(Clock):
    """A clock that moves when it is told to."""

    __slots__ = ("us",)

    def __init__(self) -> None:
        self.us = 1_800_000_000_000_000

    def now_us(self) -> int:
        """Return the time that stands."""
        return self.us

    def elapsed_ns(self) -> int:  # type: ignore[override]
        """Return the same in nanoseconds."""
        return self.us * 1000

    def pass_s(self, seconds: float) -> None:
        """Let time pass."""
        self.us += round(seconds * 1_000_000)


class MemoryKeyStore:
    """Keeps keys in a dict, counts what was read, and fails on demand."""

    def __init__(self) -> None:
        self.records: dict[str, KeyRecord] = {}
        self.acts: list[Act] = []
        self.number = 0
        self.finds = 0
        self.broken = False
        self.before_find: Any = None

    async def find(self, key_ids: Collection[str]) -> dict[str, KeyRecord]:
        """As the protocol says; `before_find` runs between the reading and the answer."""
        self._check()
        self.finds += 1
        found = {key_id: self.records[key_id] for key_id in key_ids if key_id in self.records}
        if self.before_find is not None:
            await self.before_find()
        return found

    async def every(self) -> list[KeyRecord]:
        """As the protocol says."""
        self._check()
        return list(self.records.values())

    async def add(self, record: KeyRecord, act: Act, replacing: Change | None = None) -> bool:
        """As the protocol says."""
        self._check()
        if replacing is not None and not self._write(replacing):
            return False
        self.records[record.key_id] = record
        return self._wrote(act)

    async def change(self, change: Change, act: Act) -> bool:
        """As the protocol says."""
        self._check()
        return self._write(change) and self._wrote(act)

    def _write(self, change: Change) -> bool:
        if self.records[change.before.key_id].revoked_at_us is not None:
            return False
        self.records[change.after.key_id] = change.after
        return True

    def _wrote(self, act: Act) -> bool:
        self.acts.append(act)
        self.number += 1
        return True

    async def revision(self) -> int:
        """As the protocol says."""
        self._check()
        return self.number

    def _check(self) -> None:
        if self.broken:
            raise KeysUnreadable


def exchange_of(*headers: tuple[bytes, bytes]) -> Any:  # noqa: ANN401  (a double)
    """An exchange as far as the stage looks at it."""
    request = SimpleNamespace(head=Head(list(headers)), peer="192.0.2.7")
    return SimpleNamespace(request=request, principal=None, path="/v1/messages")
