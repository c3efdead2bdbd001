"""The parts that store conversations for callers who name them: where they are kept, and the tasks that look after them."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, NamedTuple

from yumen.errors import ContentKeyUnavailable
from yumen.sessions.old_sql import OldSessions
from yumen.sessions.remember import US_PER_S, Remember, Stores
from yumen.sessions.sealed import SealedPlaces
from yumen.sessions.shelf_sql import SqlSessionShelf
from yumen.sessions.stage import Recall, RecallOptions
from yumen.sessions.store_sql import SqlSessionStore
from yumen.sessions.withdraw_sql import SqlWithdrawals
from yumen.storage import DatabaseUnavailable

if TYPE_CHECKING:
    from yumen.app.ground import Ground
    from yumen.app.upstreams import Plans
    from yumen.exchange import Stage
    from yumen.sessions.remember import Pause
    from yumen.sessions.stage import Screen
    from yumen.storage import Database
    from yumen.storage.compartments import Compartments
    from yumen.storage.envelope import SealerOf

log = logging.getLogger("yumen.sessions")

AGAIN_S = 60.0
FINISH_S = 5.0
"""How long the end waits for turns that are not stored yet."""


class SessionGuards(NamedTuple):
    """Who looks at a conversation before it is stored, or sent."""

    own: Stage
    """Looks whose the things are that it names."""
    screen: Screen | None = None
    """Lets nothing be stored that the upstream may not see."""


def open_sessions(
    ground: Ground, compartments: Compartments, sealer_of: SealerOf, plans: Plans, guards: SessionGuards
) -> tuple[Recall, Remember]:
    """Keep conversations in the organizations' databases, sealed, and begin to look after them."""
    chosen = ground.settings.sessions
    places = SealedPlaces(compartments.stores(stores_in), sealer_of)
    remember = Remember(places, ground.clock, round(chosen.lease_s * US_PER_S))
    ground.closing.push_async_callback(remember.finish, FINISH_S)
    ground.own(remember.renew_all())
    if chosen.keep_days:
        ground.own(remember.purge_all(chosen.keep_days))
    if ground.place.first:
        ground.own(seal_old(OldSessions(compartments.main, sealer_of)))
    options = RecallOptions(
        keeps=chosen.keep_days > 0,
        when_full=chosen.when_full,
        cache=chosen.cache and all(each.table.kind == "claude" for each in plans),  # the clouds do not take the member that it adds
        turns=chosen.turns,
        patience_s=ground.settings.retry.patience_s,
    )
    return Recall(remember, ground.clock, options, guards.own, screen=guards.screen), remember


async def seal_old(old: OldSessions, pause: Pause = asyncio.sleep) -> None:
    """Seal what 0.4.0 stored plainly, step by step beside everything else, until nothing is left."""
    while True:
        try:
            if not await old.seal_some():
                return
        except (DatabaseUnavailable, ContentKeyUnavailable) as fault:
            log.warning("old sessions could not be sealed yet: %s", fault)
            await pause(AGAIN_S)


def stores_in(database: Database) -> Stores:
    """Return the stores over a database, which seal nothing themselves."""
    shelf = SqlSessionShelf(database)
    return Stores(SqlSessionStore(database), shelf, shelf, SqlWithdrawals(database))
