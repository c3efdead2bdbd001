"""own and keep: whether what a request names is the caller's, and whose the things are that its answer made."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from yumen.claude import OTHER, Shape
from yumen.errors import InvalidRequest, NotFound, Overloaded
from yumen.keys.owners import id_shown, ids_in_path, ids_made_by_message, ids_outside_tools, unfinished_from
from yumen.keys.stage import check_path

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from yumen.exchange import Exchange, StreamEdit
    from yumen.exchange.values import Principal
    from yumen.http import ByteBudget
    from yumen.keys.owners import Named, Owners
    from yumen.storage import Spool

    OnMade = Callable[[Exchange, str], Awaitable[None]]

OK = 200
OVERLAP_BYTES = 64
"""No key that names a thing is longer, however it is spelled: one that lies across two pieces is whole with the first one's end."""
MAX_OVERLAP_BYTES = 256 * 1024
"""A single name that takes more than this is looked at in the whole body."""
RESULTS_URL = re.compile(rb'("results_url"\s*:\s*")https?://[^/"]+(?:/[^"]*)?(/v1/messages/batches/[^"]*")')


class Ownership:
    """The owners' place in the request's way."""

    def __init__(self, owners: Owners, public_url: str, on_made: OnMade | None = None) -> None:
        """Ask those owners; batches' results are fetched from that address, which is the gateway's own.

        `on_made` is told of every batch and file that was made, before the caller hears of it.
        """
        self._owners = owners
        self._on_made = on_made
        self._making: set[asyncio.Future[None]] = set()
        self._origin = public_url.rstrip("/").encode()

    async def own(self, exchange: Exchange) -> None:
        """Raise NotFound where the request names what is not the caller's, Forbidden where the path is not for this key."""
        principal = _principal(exchange)
        if exchange.endpoint is OTHER:
            check_path(principal, exchange.path)
        named = {each.id for each in ids_in_path(exchange.path)}
        if exchange.endpoint.resource is not None and exchange.resource_id is not None:
            named.add(exchange.resource_id)
        upstreams: set[str] = set()
        if named:
            upstreams |= await self._owners.check(principal, named)
        if exchange.body:
            upstreams |= await self._owners.check_body(principal, exchange.body)
        elif exchange.spool is not None:
            upstreams |= await self._check_spool(principal, exchange.request.budget, exchange.spool)
        if upstreams:
            exchange.pinned = the_one(upstreams)
        if exchange.endpoint.shape is Shape.RESOURCE:
            exchange.edit = ResourceEdit(self, exchange)

    async def _check_spool(self, principal: Principal, budget: ByteBudget | None, spool: Spool) -> set[str]:
        """Return which upstreams have what a spooled body names.

        It is looked at spooled body piece by piece, each with what the last one began to name; only where that is not enough, at the whole.
        """
        before = b""
        upstreams: set[str] = set()
        try:
            async for piece in _pieces(spool):
                seen = before + piece
                end = unfinished_from(seen)
                upstreams |= await self._owners.check_body(principal, seen[:end])
                # From one byte earlier, since a key is known by what stands before it.
                before = seen[max(0, min(end, len(seen) - OVERLAP_BYTES) - 1) :]
                if len(before) > MAX_OVERLAP_BYTES:
                    raise NotFound  # noqa: TRY301  (as where something foreign is found)
            upstreams |= await self._owners.check_body(principal, before)
        except NotFound:
            return await self._check_whole(principal, budget, spool)
        # A tool's input may name things of elsewhere: then all of it is looked at, exactly.
        return upstreams if len(upstreams) <= 1 else await self._check_whole(principal, budget, spool)

    async def _check_whole(self, principal: Principal, budget: ByteBudget | None, spool: Spool) -> set[str]:
        """Return the same, exactly: by all of the body at once, within the budget of what is held. Raises Overloaded beyond it."""
        if budget is not None and not budget.take(spool.size):
            raise Overloaded
        try:
            body = b"".join([piece async for piece in _pieces(spool)])
            named = await asyncio.to_thread(ids_outside_tools, body)
        finally:
            if budget is not None:
                budget.give(spool.size)
        return await self._owners.check(principal, {each.id for each in named})

    async def keep(self, exchange: Exchange) -> None:
        """Write down whose the files and containers are that a message's tools made."""
        made = set().union(*(ids_made_by_message(part) for part in exchange.made))
        await self._owners.keep(_principal(exchange), made, _upstream(exchange))

    async def _remember(self, exchange: Exchange, made: Named) -> None:
        if self._on_made is not None:
            await self._on_made(exchange, made.id)
        await self._owners.keep(_principal(exchange), [made], _upstream(exchange))

    async def edit(self, exchange: Exchange, body: bytes) -> bytes:
        """Return a resource answer as its caller may see it, after writing down what it made."""
        principal = _principal(exchange)
        if exchange.request.method == "POST":
            shown = id_shown(body)
            if shown is not None:
                # It goes on where the caller leaves meanwhile: what was made is charged, and is somebody's.
                task = asyncio.ensure_future(self._remember(exchange, shown))
                self._making.add(task)
                task.add_done_callback(self._making.discard)
                await asyncio.shield(task)
        elif exchange.resource_id is None:
            body = await self._owners.filter_list(principal, body)
        return RESULTS_URL.sub(rb"\g<1>" + self._origin.replace(b"\\", b"") + rb"\g<2>", body)


def the_one(upstreams: set[str]) -> str:
    """Return the one upstream that has what a request names. Raises InvalidRequest where there are several."""
    if len(upstreams) > 1:
        raise InvalidRequest("This request names files, batches or containers of different upstreams; one request can go to one of them.")
    return next(iter(upstreams))


class ResourceEdit:
    """The change of an answer that shows batches or files."""

    __slots__ = ("_exchange", "_ownership")

    def __init__(self, ownership: Ownership, exchange: Exchange) -> None:
        """Belong to one exchange."""
        self._ownership = ownership
        self._exchange = exchange

    def stream(self) -> StreamEdit | None:
        """Return None: these answers are no streams."""
        return None

    async def whole(self, status: int, body: bytes) -> bytes:
        """Return the changed answer; an error is not touched."""
        return await self._ownership.edit(self._exchange, body) if status == OK else body


async def _pieces(spool: Spool) -> AsyncIterator[bytes]:
    """Yield a spooled body from its start, with the others' turns between the pieces."""
    for piece in spool.pieces():
        yield piece
        await asyncio.sleep(0)


def _principal(exchange: Exchange) -> Principal:
    assert exchange.principal is not None  # noqa: S101  (the table of states has `known` before this)
    return exchange.principal


def _upstream(exchange: Exchange) -> str:
    return exchange.target.upstream if exchange.target is not None else ""
