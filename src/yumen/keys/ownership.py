"""own and keep: whether what a request names is the caller's, and whose the things are that its answer made."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yumen.claude import OTHER, Shape
from yumen.errors import NotFound
from yumen.exchange.values import Principal
from yumen.keys.owners import id_shown, ids_in_path, ids_made_by_message
from yumen.keys.stage import check_path

if TYPE_CHECKING:
    from yumen.exchange import Exchange, StreamEdit
    from yumen.keys.owners import Owners

OK = 200
OVERLAP_BYTES = 2048
"""More than a key with its id takes: a name that lies across two pieces is whole in one of them with the other's end."""
RESULTS_URL = re.compile(rb'("results_url"\s*:\s*")https?://[^/"]+(?:/[^"]*)?(/v1/messages/batches/[^"]*")')


class Ownership:
    """The owners' place in the request's way."""

    def __init__(self, owners: Owners, public_url: str) -> None:
        """Ask those owners; batches' results are fetched from that address, which is the gateway's own."""
        self._owners = owners
        self._origin = public_url.rstrip("/").encode()

    async def own(self, exchange: Exchange) -> None:
        """Raise NotFound where the request names what is not the caller's, Forbidden where the path is not for this key."""
        principal = _principal(exchange)
        if exchange.endpoint is OTHER:
            check_path(principal, exchange.path)
        named = {each.id for each in ids_in_path(exchange.path)}
        if exchange.endpoint.resource is not None and exchange.resource_id is not None:
            named.add(exchange.resource_id)
        if named:
            await self._owners.check(principal, named)
        if exchange.body:
            await self._owners.check_body(principal, exchange.body)
        elif exchange.spool is not None:
            await self._check_spool(principal, exchange)
        if exchange.endpoint.shape is Shape.RESOURCE:
            exchange.edit = ResourceEdit(self, exchange)

    async def _check_spool(self, principal: Principal, exchange: Exchange) -> None:
        """Look at a spooled body piece by piece, with an overlap; only where something foreign is found is it read whole."""
        spool = exchange.spool
        if spool is None:
            return
        before = b""
        try:
            for piece in spool.pieces():
                await self._owners.check_body(principal, before + piece)
                before = piece[-OVERLAP_BYTES:]
        except NotFound:
            await self._owners.check_body(principal, b"".join(spool.pieces()))

    async def keep(self, exchange: Exchange) -> None:
        """Write down whose the files and containers are that a message's tools made."""
        made = set().union(*(ids_made_by_message(part) for part in exchange.made))
        await self._owners.keep(_principal(exchange), made, _upstream(exchange))

    async def edit(self, exchange: Exchange, body: bytes) -> bytes:
        """Return a resource answer as its caller may see it, after writing down what it made."""
        principal = _principal(exchange)
        if exchange.request.method == "POST":
            shown = id_shown(body)
            if shown is not None:
                await self._owners.keep(principal, [shown], _upstream(exchange))
        elif exchange.resource_id is None:
            body = await self._owners.filter_list(principal, body)
        return RESULTS_URL.sub(rb"\g<1>" + self._origin.replace(b"\\", b"") + rb"\g<2>", body)


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


def _principal(exchange: Exchange) -> Principal:
    assert exchange.principal is not None  # noqa: S101  (the table of states has `known` before this)
    return exchange.principal


def _upstream(exchange: Exchange) -> str:
    return exchange.target.upstream if exchange.target is not None else ""
