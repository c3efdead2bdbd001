"""restrict: holds a key to its restrictions on models and max_tokens, for the name that was asked and for every candidate.

What the head alone decides (addresses and paths) was checked by `authenticate`, before a byte of the body was read.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from yumen.claude import Shape, view_request
from yumen.claude.batch_requests import batch_requests
from yumen.errors import Forbidden
from yumen.exchange.values import Asked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from yumen.exchange import Exchange
    from yumen.exchange.values import Principal, Restriction
    from yumen.storage import Spool


async def restrict(exchange: Exchange) -> None:
    """Raise Forbidden where the key may not ask for that."""
    principal = exchange.principal
    if principal is None or not principal.restrictions:
        return
    wanted = [restriction for restriction in principal.restrictions if not restriction.by_head]
    if not wanted:
        return
    if exchange.endpoint.makes_batch and exchange.spool is not None:
        await check_batch(wanted, exchange, exchange.spool)
    elif exchange.endpoint.viewed or exchange.endpoint.billable:
        check(wanted, asked_by(exchange))


def check_head(principal: Principal, address: str, path: str) -> None:
    """Raise Forbidden where the head of a request alone shows that the key may not."""
    check([restriction for restriction in principal.restrictions if restriction.by_head], Asked(address, path))


def check(restrictions: Iterable[Restriction], asked: Asked) -> None:
    """Raise Forbidden with the first reason."""
    for restriction in restrictions:
        reason = restriction.refusal(asked)
        if reason is not None:
            raise Forbidden(reason)


def asked_by(exchange: Exchange) -> Asked:
    """Return what a request that makes or counts tokens asks for."""
    view = exchange.view
    models = [view.model, *(candidate.model for candidate in exchange.candidates)]
    if exchange.endpoint.shape is Shape.COMPLETION and exchange.body:
        models.append(view_request(exchange.body).model)  # the model of today that stands for the one of 2023
    return Asked(exchange.request.peer, exchange.path, names_of(models), view.max_tokens, exchange.endpoint.billable)


async def check_batch(restrictions: Sequence[Restriction], exchange: Exchange, spool: Spool) -> None:
    """Hold every request of a batch to restrictions, in a thread: a batch may be long."""
    peer, path = exchange.request.peer, exchange.path

    def work() -> None:
        for params in batch_requests(spool.pieces()):
            view = view_request(params)
            check(restrictions, Asked(peer, path, names_of([view.model]), view.max_tokens, makes_tokens=True))

    await asyncio.to_thread(work)


def names_of(models: Iterable[str | None]) -> tuple[str, ...]:
    """Return names once each; a name that should be there and is not is an empty one."""
    return tuple(dict.fromkeys(model or "" for model in models))
