"""The parts that answer repeated requests: where answers are kept, and the tasks that look after them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.app.ground import MB
from yumen.http import ByteBudget
from yumen.idempotency import AttachOptions, Keeping, KeepOptions, Repeats, Room
from yumen.idempotency.store_sql import SqlRepeatStore

if TYPE_CHECKING:
    from yumen.app.ground import Ground
    from yumen.idempotency.stage import MarkOf
    from yumen.storage.compartments import Compartments

FINISH_S = 5.0
"""How long the end waits for answers that are not written yet."""


def open_repeats(ground: Ground, compartments: Compartments, mark_of: MarkOf) -> Repeats:
    """Keep answers in each organization's database, and begin to look after them; `mark_of` tells policies apart."""
    chosen = ground.settings.idempotency
    keeping = Keeping(compartments.stores(SqlRepeatStore), ground.clock, KeepOptions(chosen.keep_hours))
    ground.closing.push_async_callback(keeping.finish, FINISH_S)
    ground.own(keeping.run())
    ground.own(keeping.renew_all())
    ground.own(keeping.purge_all())
    room = Room(chosen.answer_mb * MB, ByteBudget(chosen.buffered_mb * MB))
    return Repeats(keeping, room, ground.clock, AttachOptions(ground.settings.retry.patience_s, mark_of))
