"""The parts that know which policies apply, and that write down what they found."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from yumen.observe import metric_table
from yumen.policy.book import Book
from yumen.policy.document import policy_file
from yumen.policy.flags import FlagWriter
from yumen.policy.store_sql import SqlFlagStore, SqlPolicyStore
from yumen.storage import DatabaseUnavailable

if TYPE_CHECKING:
    from yumen.app.ground import Ground
    from yumen.observe.exposition import Reader
    from yumen.storage import Database, RevisionWatch
    from yumen.storage.compartments import Compartments
    from yumen.storage.envelope import SealerOf

log = logging.getLogger("yumen.app")

FINISH_S = 5.0
"""How long the end waits for flags that are not written yet."""


async def open_book(ground: Ground, database: Database, watch: RevisionWatch) -> Book:
    """Return what knows the policies, read before the first request comes; while they cannot be read, requests are refused.

    Raises OperatorError where the operator's own file will not do.
    """
    book = Book(SqlPolicyStore(database), watch, policy_file(ground.settings.policy))
    try:
        await book.follow()
    except DatabaseUnavailable:
        log.warning("the content policies could not be read yet: until they can be, every request is refused")
    return book


def open_flags(ground: Ground, compartments: Compartments, sealer_of: SealerOf, keep_days: int) -> FlagWriter:
    """Return what writes down what policies found, each organization's in its own database, and begin to look after that."""
    flags = FlagWriter(compartments.stores(SqlFlagStore), sealer_of, ground.clock)
    ground.closing.push_async_callback(flags.finish, FINISH_S)
    ground.own(flags.run())
    ground.own(flags.purge_all(keep_days))
    return flags


def readers_of_policies(book: Book, flags: FlagWriter) -> dict[metric_table.Metric, Reader]:
    """Return what the metrics read of policies."""
    return {
        metric_table.POLICY_HITS: lambda: {labels: float(count) for labels, count in flags.hits.items()},
        metric_table.POLICY_UNAVAILABLE: lambda: book.refused,
        metric_table.POLICY_BROKEN: lambda: book.broken,
        metric_table.POLICY_FLAGS_WAITING: lambda: flags.waiting,
        metric_table.POLICY_FLAGS_DROPPED: lambda: flags.dropped,
    }
