"""A store of repeats in memory that fails on demand, and a house that has one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from tests.exchange.callers import PROMPT, STREAMED, request
from tests.exchange.house import MINE, House, Setting, house
from tests.exchange.house import PLAIN as SETTING
from tests.exchange.scripted import Upstream, until
from yumen.clock import Clock
from yumen.exchange import Exchange
from yumen.http import ByteBudget
from yumen.idempotency import AttachOptions, Ending, Keeping, KeepOptions, Repeats, RepeatStore, Room, Row, State
from yumen.idempotency.stage import MarkOf
from yumen.storage import DatabaseUnavailable
from yumen.storage.compartments import One

KEY = (b"x-api-key", b"yk-test")


def asking(key: bytes = b"once", body: bytes = PROMPT, *headers: tuple[bytes, bytes], target: bytes = b"/v1/messages") -> bytes:
    """A request with an idempotency key."""
    return request(b"POST", target, KEY, (b"Idempotency-Key", key), *headers, body=body)


PLAIN = asking()
STREAM = asking(body=STREAMED)


class MemoryRepeatStore:
    """Keeps rows in a dict; away, it says so. `before` runs inside every call, before its work."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.away = False
        self.calls: list[str] = []
        self.before: Callable[[str], Any] | None = None
        self.after: Callable[[str], Any] | None = None

    async def _enter(self, name: str) -> None:
        self.calls.append(name)
        if self.before is not None:
            await self.before(name)
        if self.away:
            raise DatabaseUnavailable

    async def _leave(self, name: str) -> None:
        if self.after is not None:
            await self.after(name)

    async def claim(self, row: Row) -> Row | None:
        """As the protocol says."""
        await self._enter("claim")
        found = self.rows.get(row.id)
        if found is None or found.expires_us <= row.created_us:
            self.rows[row.id] = row
            found = None
        await self._leave("claim")
        return found

    async def renew(self, held: Collection[tuple[str, str]], lease_until_us: int, expires_us: int) -> None:
        """As the protocol says."""
        await self._enter("renew")
        for row_id, request_id in held:
            self._change(row_id, request_id, lease_until_us=lease_until_us, expires_us=expires_us)

    async def finish(self, row_id: str, request_id: str, ending: Ending) -> None:
        """As the protocol says."""
        await self._enter("finish")
        self._change(row_id, request_id, **msgspec.structs.asdict(ending))
        await self._leave("finish")

    async def forget(self, row_id: str, request_id: str) -> None:
        """As the protocol says."""
        await self._enter("forget")
        if self._held(row_id, request_id):
            del self.rows[row_id]
        await self._leave("forget")

    async def purge(self, now_us: int, at_most: int) -> int:
        """As the protocol says."""
        await self._enter("purge")
        over = [row.id for row in self.rows.values() if row.expires_us <= now_us][:at_most]
        for row_id in over:
            del self.rows[row_id]
        return len(over)

    def _held(self, row_id: str, request_id: str) -> bool:
        row = self.rows.get(row_id)
        return row is not None and row.request_id == request_id and row.state is State.RUNNING

    def _change(self, row_id: str, request_id: str, **changes: Any) -> None:  # noqa: ANN401  (the row's fields)
        if self._held(row_id, request_id):
            self.rows[row_id] = msgspec.structs.replace(self.rows[row_id], **changes)

    @property
    def only(self) -> Row:
        """The one row that there is."""
        (row,) = self.rows.values()
        return row


@dataclass
class Home:
    """A house with repeats."""

    house: House
    repeats: Repeats
    keeping: Keeping
    store: Any
    room: Room

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.house.port


class Choice(msgspec.Struct, frozen=True):
    """What a test may choose."""

    keep: KeepOptions = KeepOptions()
    answer_bytes: int = 1024 * 1024
    buffered_bytes: int = 8 * 1024 * 1024
    patience_s: float = 60.0
    drain_s: float | None = None
    mark_of: MarkOf | None = None


PLAIN_CHOICE = Choice()


async def no_pause(_: float) -> None:
    """Let others run, and look again."""
    await asyncio.sleep(0)


@asynccontextmanager
async def home(
    upstream: Upstream,
    folder: Path,
    choice: Choice = PLAIN_CHOICE,
    store: RepeatStore | None = None,
    setting: Setting = SETTING,
    **changes: Callable[[Any], Any],
) -> AsyncIterator[Home]:
    """Serve in front of an upstream, with a store of repeats; every key's answers are read on as the choice says."""
    clock = Clock()
    kept = MemoryRepeatStore() if store is None else store
    keeping = Keeping(One(kept), clock, choice.keep, no_pause)
    room = Room(choice.answer_bytes, ByteBudget(choice.buffered_bytes))
    repeats = Repeats(keeping, room, clock, AttachOptions(choice.patience_s, choice.mark_of), no_pause)

    async def authenticate(exchange: Exchange) -> None:
        named = exchange.request.header(b"x-api-key") or b""
        workspace = "wrkspc_theirs" if named == b"yk-theirs" else MINE.workspace_id
        exchange.principal = msgspec.structs.replace(MINE, workspace_id=workspace, drain_s=choice.drain_s)

    def closings(stages: Any) -> Any:  # noqa: ANN401  (closing stages)
        return (*stages, repeats.close)

    stages: dict[str, Callable[[Any], Any]] = {
        "authenticate": lambda _: authenticate,
        "attach": lambda _: repeats.attach,
        "closing": closings,
    }
    task = asyncio.create_task(keeping.run())
    try:
        async with house(upstream, folder, setting, **(stages | changes)) as built:
            yield Home(built, repeats, keeping, kept, room)
    finally:
        task.cancel()
        await asyncio.wait([task])


async def is_kept(one: Home, state: State = State.ANSWERED) -> None:
    """Wait until the store knows how the only request ended."""
    await until(lambda: one.store.rows and one.store.only.state is state, f"the row to be {state}")
    await until(lambda: not one.keeping.open, "the recording to go")
