"""Opens what the gateway says of itself, on the control port's event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from yumen.app.alerts import People, alert_store
from yumen.app.keyring import keks_of
from yumen.app.ledger import JOURNAL
from yumen.app.premises.alerts import Alerting
from yumen.app.premises.house import House
from yumen.app.premises.rooms import Rooms
from yumen.isolation.rotation import Rotation
from yumen.isolation.store_sql import SqlDataKeyStore
from yumen.keys.store_sql import SqlKeyStore
from yumen.ledger import PartedReports
from yumen.ledger.store_sql import SqlLedger
from yumen.organizations.store_sql import SqlStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from yumen.app.ground import Ground
    from yumen.app.notices import Notices
    from yumen.isolation import Keyring
    from yumen.settings.sources import Sources
    from yumen.storage.compartments import Compartments


class Seen(NamedTuple):
    """How the process is seen from the control port."""

    figures: Callable[[], bytes]
    ready: Callable[[], bool]


def open_house(ground: Ground, seen: Seen, compartments: Compartments, keyring: Keyring, sources: Sources) -> House:
    """Return the gateway's premises."""
    database = compartments.main
    rotation = Rotation(SqlDataKeyStore(database), keks_of(ground.settings, sources), ground.clock)
    reports = PartedReports(compartments.stores(SqlLedger), ground.data.folder(JOURNAL))
    keys, organizations = SqlKeyStore(database), SqlStore(database)
    return House(Rooms(ground, *seen, compartments, keyring, rotation, organizations, keys, reports))


def open_alerting(ground: Ground, notices: Notices, compartments: Compartments) -> Alerting:
    """Return who knows what was told, and who is told."""
    database = compartments.main
    return Alerting(ground, notices, alert_store(database), People(SqlStore(database), SqlKeyStore(database)))
