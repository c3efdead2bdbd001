"""The parts that write down what was said: where it is kept, and the tasks that look after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.app.ground import MB
from yumen.contents import Contents, Keeping, KeepOptions, Safe, Sizes
from yumen.contents.store_sql import SqlContentStore
from yumen.http import ByteBudget
from yumen.observe import metric_table

if TYPE_CHECKING:
    from yumen.app.ground import Ground
    from yumen.observe.exposition import Reader
    from yumen.storage.compartments import Compartments
    from yumen.storage.envelope import SealerOf

FINISH_S = 5.0
"""How long the end waits for content that is not written yet."""
KB = 1024


def safe_of(compartments: Compartments, sealer_of: SealerOf) -> Safe:
    """Return where every organization's content lies."""
    return Safe(compartments.stores(SqlContentStore), sealer_of)


def open_contents(ground: Ground, compartments: Compartments, sealer_of: SealerOf) -> tuple[Contents, dict[metric_table.Metric, Reader]]:
    """Keep content in each organization's database, and begin to look after it; return what the metrics read of it as well."""
    chosen = ground.settings.contents
    budget = ByteBudget(chosen.buffered_mb * MB)
    keeping = Keeping(safe_of(compartments, sealer_of), ground.clock, budget, KeepOptions(chosen.keep_days))
    ground.closing.push_async_callback(keeping.finish, FINISH_S)
    ground.own(keeping.run())
    ground.own(keeping.purge_all())
    readers: dict[metric_table.Metric, Reader] = {
        metric_table.CONTENTS_WRITTEN: lambda: keeping.written,
        metric_table.CONTENTS_DROPPED: lambda: keeping.dropped,
    }
    return Contents(keeping, Sizes(chosen.request_kb * KB, chosen.answer_kb * KB), budget), readers
