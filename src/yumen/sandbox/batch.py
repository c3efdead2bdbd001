"""One message batch: its life, its counts, and its results on disk."""

from __future__ import annotations

import asyncio
from typing import IO, TYPE_CHECKING

import msgspec

from yumen.clock import iso

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DAY_US = 24 * 3600 * 1_000_000
SLICE = 16
"""Requests that are answered before others get a turn."""
AWAITED = 256
"""A batch of no more than this is answered within the look that starts it."""
READ_BYTES = 64 * 1024


class Counts(msgspec.Struct):
    """How the requests of a batch ended."""

    processing: int = 0
    succeeded: int = 0
    errored: int = 0
    canceled: int = 0
    expired: int = 0


class Entry(msgspec.Struct, frozen=True):
    """One request of a batch."""

    custom_id: str
    params: dict[str, object]


class Batch:
    """A batch. It is in progress, perhaps canceling, and then ended; it moves on when somebody looks at it."""

    def __init__(self, identity: str, entries: list[Entry], created_us: int, ready_us: int) -> None:
        """Begin; nothing is answered before `ready_us`, so that there is something to cancel."""
        self.id = identity
        self.created_us = created_us
        self.ended_us: int | None = None
        self.canceled_us: int | None = None
        self._ready_us = ready_us
        self._entries = entries
        self._total = len(entries)
        self._counts = Counts()
        self._work: asyncio.Task[None] | None = None
        self._spool: IO[bytes] | None = None

    @property
    def status(self) -> str:
        """`in_progress`, `canceling` or `ended`."""
        if self.ended_us is not None:
            return "ended"
        return "in_progress" if self.canceled_us is None else "canceling"

    def cancel(self, now_us: int) -> None:
        """Cancel what is not answered yet; an ended batch stays as it is."""
        if self.status == "in_progress":
            self.canceled_us = now_us

    async def look(self, now_us: int, spool: Callable[[], IO[bytes]], answer: Callable[[Entry], tuple[str, bytes]]) -> None:
        """Move on: begin the work when its time has come, and end when it is done."""
        if self.ended_us is not None or (now_us < self._ready_us and self.canceled_us is None):
            return
        if self._work is None:
            self._spool = spool()
            self._work = asyncio.create_task(self._answer_all(self._spool, answer))
        if self._total <= AWAITED:
            # Shielded: a caller that leaves takes its look with it, not the batch.
            await asyncio.shield(self._work)
        if self._work.done():
            self._work.result()
            self.ended_us = max(now_us, self.created_us)
            self._entries = []

    async def _answer_all(self, spool: IO[bytes], answer: Callable[[Entry], tuple[str, bytes]]) -> None:
        for place, entry in enumerate(self._entries):
            kind, line = answer(entry) if self.canceled_us is None else ("canceled", canceled_line(entry.custom_id))
            setattr(self._counts, kind, getattr(self._counts, kind) + 1)
            spool.write(line + b"\n")
            if place % SLICE == SLICE - 1:
                await asyncio.sleep(0)

    def results(self) -> Iterator[bytes]:
        """Yield the results as they stand on disk."""
        at = 0
        while self._spool is not None and not self._spool.closed:
            self._spool.seek(at)
            piece = self._spool.read(READ_BYTES)
            if not piece:
                return
            at += len(piece)
            yield piece

    async def close(self) -> None:
        """Stop the work and give the results' file back."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)
        if self._spool is not None:
            self._spool.close()

    def object(self, origin: str) -> dict[str, object]:
        """Return the batch as the API shows it: until the end all requests are processing."""
        ended = self.ended_us is not None
        counts = self._counts if ended else Counts(processing=self._total)
        return {
            "id": self.id,
            "type": "message_batch",
            "processing_status": self.status,
            "request_counts": msgspec.to_builtins(counts),
            "created_at": iso(self.created_us),
            "expires_at": iso(self.created_us + DAY_US),
            "ended_at": iso(self.ended_us) if self.ended_us is not None else None,
            "cancel_initiated_at": iso(self.canceled_us) if self.canceled_us is not None else None,
            "archived_at": None,
            "results_url": f"{origin}/v1/messages/batches/{self.id}/results" if ended else None,
        }


def canceled_line(custom_id: str) -> bytes:
    """Return the result of a request that was not answered."""
    return msgspec.json.encode({"custom_id": custom_id, "result": {"type": "canceled"}})
