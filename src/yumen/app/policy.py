"""The parts of policy: what applies to whom, the stage that checks, and what is written down of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from yumen.alerts import Dependency
from yumen.observe import metric_table
from yumen.policy.book import Book
from yumen.policy.document import policy_file
from yumen.policy.flags import FlagWriter
from yumen.policy.kept import Kept
from yumen.policy.kept_sql import SqlKeptStore
from yumen.policy.screening import Screening
from yumen.policy.stage import Check, Parts
from yumen.policy.store_sql import SqlFlagStore, SqlPolicyStore

if TYPE_CHECKING:
    from yumen.app.ground import Ground
    from yumen.exchange.stages import Closing
    from yumen.observe.exposition import Reader
    from yumen.storage import RevisionWatch
    from yumen.storage.compartments import Compartments
    from yumen.storage.envelope import SealerOf

NAME = "the content policies"
MODE = "requests under a policy that cannot be read are refused"
FINISH_S = 5.0
"""How long the end waits for flags that are not written yet."""
FLAG_DAYS = 30
"""How long flags are kept where no content is: then they hold no words."""


class PolicyRoom(NamedTuple):
    """What the gateway serves with."""

    check: Check
    closing: tuple[Closing, ...]
    """The first of the closing stages."""
    readers: dict[metric_table.Metric, Reader]
    dependency: Dependency
    """The policies, as something that may fail, for the alerts."""


async def open_policy(ground: Ground, compartments: Compartments, watch: RevisionWatch, sealer_of: SealerOf) -> PolicyRoom:
    """Open the room, and begin to look after it. Raises OperatorError where the operator's policy is none, DatabaseUnavailable."""
    file = await asyncio.to_thread(policy_file, ground.settings.policy)
    book = Book(SqlPolicyStore(compartments.main), watch, file)
    await book.follow()
    flags = FlagWriter(compartments.stores(SqlFlagStore), sealer_of, ground.clock, keeps_text=ground.settings.contents.keep_days > 0)
    kept = Kept(compartments.stores(SqlKeptStore), sealer_of, ground.clock)
    screening = Screening()
    check = Check(Parts(book.of, flags.begin, screening, sealer_of, kept, ground.data.folder("spool")))
    ground.health.add("policies", MODE, book.look)
    ground.closing.callback(screening.close)
    ground.closing.push_async_callback(flags.finish, FINISH_S)
    ground.closing.push_async_callback(kept.finish, FINISH_S)
    ground.own(flags.run())
    ground.own(flags.purge_all(ground.settings.contents.keep_days or FLAG_DAYS))  # flags may hold words
    ground.own(kept.purge_all(asyncio.sleep))
    return PolicyRoom(check, (flags, check.close), readers_of(book, flags), Dependency(NAME, book.look))


def readers_of(book: Book, flags: FlagWriter) -> dict[metric_table.Metric, Reader]:
    """Return what the metrics read."""
    return {
        metric_table.POLICY_HITS: lambda: {labels: float(count) for labels, count in flags.hits.items()},
        metric_table.POLICY_UNAVAILABLE: lambda: book.refused,
        metric_table.POLICY_BROKEN: lambda: book.broken,
        metric_table.POLICY_FLAGS_WAITING: lambda: flags.waiting,
        metric_table.POLICY_FLAGS_DROPPED: lambda: flags.dropped,
    }
