"""What is old goes from every database that holds some of it, a little at a time; one that is away keeps it until it is back."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeVar

from yumen.storage.faults import DatabaseUnavailable, reason_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    Store = TypeVar("Store")

log = logging.getLogger("yumen.storage")

PURGED_AT_ONCE = 500
"""Rows that go in one transaction, so that nobody waits long for the database."""


async def purge_each(
    stores: Iterable[Store], purge: Callable[[Store, int], Awaitable[int]], what: str, at_most: int = PURGED_AT_ONCE
) -> bool:
    """Let each store delete at most so many, by a function that returns how many it were; return whether there may be more.

    `what` is what the log calls them where a store is away.
    """
    more = False
    for store in stores:
        try:
            more |= await purge(store, at_most) >= at_most
        except DatabaseUnavailable as fault:
            log.warning("%s could not be deleted from %s: %s", what, fault.place, reason_of(fault))
    return more
