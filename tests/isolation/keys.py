"""Keys of keys for tests: secrets that a test changes, and the data folder's own."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from yumen.clock import Clock
from yumen.isolation import KekUnavailable, Keyring
from yumen.isolation.keks import Keks
from yumen.isolation.local_key import LocalKeyFile
from yumen.isolation.store_sql import SqlDataKeyStore
from yumen.storage import Database
from yumen.testing.clock import JumpingClock

FIRST, SECOND = "11" * 3 + "00112233445566778899aabbccddeeff" + "0123456789abcdef0123456789", "first light over the pass, and horses"

ORGANIZATION = sa.text(
    "INSERT INTO organizations (id, name, kind, plan, time_zone, isolated, created_us, keeps_content) "
    "VALUES (:id, :id, 'enterprise', 'enterprise', 'UTC', FALSE, 1, FALSE)"
)


async def add_organizations(database: Database, *ids: str) -> None:
    """Let a migrated database know organizations: nobody else gets a data key."""
    async with database.begin() as connection:
        await connection.execute(ORGANIZATION, [{"id": one} for one in ids or ("org_1", "org_2")])


class Secrets:
    """What references lead to. Those that are not there cannot be had."""

    def __init__(self, **texts: str) -> None:
        """Hold those, by the names of variables."""
        self.texts = {f"env:{name}": text for name, text in texts.items()}
        self.asked: list[str] = []

    async def __call__(self, reference: str) -> str:
        """Return one."""
        self.asked.append(reference)
        if reference not in self.texts:
            raise KekUnavailable("{reference} is away", reference=reference)
        return self.texts[reference]


def keks(folder: Path, secrets: Secrets | None = None, reference: str | None = None) -> Keks:
    """Keys of keys of a machine with that data folder and that setting."""
    return Keks(secrets or Secrets(), LocalKeyFile(folder), reference)


def keyring(database: Database, keys: Keks, clock: Clock | None = None) -> Keyring:
    """A process's keyring over that database."""
    return Keyring(SqlDataKeyStore(database), keys, clock or JumpingClock())
