"""The databases of isolated organizations, beside the gateway's own: opened, followed, and closed at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.storage.compartments import Compartments

if TYPE_CHECKING:
    from yumen.app.ground import Ground
    from yumen.storage import Database, RevisionWatch


async def open_compartments(ground: Ground, database: Database, watch: RevisionWatch | None = None) -> Compartments:
    """Look which organizations have one, and follow the revision from then on. Raises DatabaseUnavailable."""
    compartments = Compartments(database)
    ground.closing.push_async_callback(compartments.close)
    await compartments.follow()
    if watch is not None:
        watch.join(compartments)
    return compartments


async def upgrade_compartments(database: Database) -> None:
    """Bring every compartment up to date. Raises OperatorError where one cannot be used."""
    compartments = Compartments(database)
    try:
        await compartments.follow()
        await compartments.upgrade()
    finally:
        await compartments.close()
