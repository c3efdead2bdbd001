"""Where the gateway's premises look."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from yumen.app.ground import Ground
from yumen.isolation import Keyring
from yumen.isolation.rotation import Rotation
from yumen.keys.store import KeyStore
from yumen.ledger.reports import Reports
from yumen.organizations.store import Store
from yumen.storage.compartments import Compartments


class Rooms(msgspec.Struct, frozen=True):
    """Where to look. All of it lives on the control port's event loop, or may be asked from any thread."""

    ground: Ground
    figures: Callable[[], bytes]
    """What `/metrics` answers: of all workers together."""
    ready: Callable[[], bool]
    compartments: Compartments
    keyring: Keyring
    rotation: Rotation
    organizations: Store
    keys: KeyStore
    reports: Reports
