"""What a gateway knows of models beyond the upstreams: its organizations' aliases, and which models in use are about to end."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from yumen.alerts import ModelFact
from yumen.claude.life_cycle import days_left, successor
from yumen.claude.models import find_model
from yumen.clock import EPOCH
from yumen.ledger import By, Filter
from yumen.routes.aliases import Aliases
from yumen.routes.aliases.store_sql import SqlAliasStore
from yumen.storage import DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence
    from datetime import date

    from yumen.clock import Clock
    from yumen.ledger import Reports, UsageRow
    from yumen.storage import Database, RevisionWatch

log = logging.getLogger("yumen.app")

IN_USE_US = 30 * 86_400_000_000
"""A model is in use that was called within this time."""


async def open_aliases(database: Database, watch: RevisionWatch) -> Aliases:
    """Return the aliases, read before the first request comes; where they cannot be read, the watch goes on trying."""
    aliases = Aliases(SqlAliasStore(database), watch)
    try:
        await aliases.follow()
    except DatabaseUnavailable:
        log.warning("the model aliases could not be read yet: until they can be, names mean themselves")
    return aliases


def models_in_use(reports: Reports, clock: Clock) -> Callable[[], Awaitable[Sequence[ModelFact]]]:
    """Return what reads the models in use that have a day of retirement, as alerts see them."""

    async def every() -> list[ModelFact]:
        now_us = clock.now_us()
        rows = await reports.usage((By.MODEL, By.KEY), Filter(since_us=now_us - IN_USE_US))
        return facts_of(rows, (EPOCH + timedelta(microseconds=now_us)).date())

    return every


def facts_of(rows: Iterable[UsageRow], today: date) -> list[ModelFact]:
    """Return the models of the ledger's sums that are to end. A snapshot and its undated name are one."""
    keys: dict[str, set[str | None]] = {}
    for row in rows:
        known = find_model(row.model) if row.model else None
        if known is not None and known.retires_on is not None:
            keys.setdefault(known.id, set()).add(row.key_id)
    facts = []
    for name, those in keys.items():
        model = find_model(name)
        left = None if model is None else days_left(model, today)
        if model is not None and left is not None:
            following = successor(model, today)
            facts.append(ModelFact(model.id, str(model.retires_on), left, len(those), None if following is None else following.id))
    return facts
