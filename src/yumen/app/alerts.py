"""Alerts in a gateway: what looks, what decides, what tells, and who is told."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from yumen.alerts import (
    AlertOptions,
    Audience,
    Dependency,
    DependencyTask,
    ExpiryTask,
    KeyFact,
    ModelTask,
    Teller,
    Watch,
)
from yumen.alerts.store_sql import SqlAlertStore
from yumen.app.notices import make_notices
from yumen.keys import Role
from yumen.limits import Remote
from yumen.notices import Courier, MailChannel
from yumen.observe import metric_table
from yumen.organizations.sign_in import is_session
from yumen.organizations.store_sql import SqlStore
from yumen.organizations.values import Member, User, Workspace
from yumen.settings.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from yumen.alerts import AlertStore
    from yumen.alerts.values import Models
    from yumen.app.ground import Ground
    from yumen.app.notices import Notices
    from yumen.keys import KeyStore
    from yumen.ledger import Journal
    from yumen.limits import LimitStore
    from yumen.organizations import Store
    from yumen.storage import Database

END_S = 3.0
"""How long the end of the gateway waits for what is still to be told."""
TOLD_ROLES = (Role.OWNER, Role.BILLING)


def open_alerts(ground: Ground, database: Database, keys: KeyStore) -> Alerts:
    """Begin to look and to tell, as the settings say. Raises OperatorError where they will not do."""
    notices = make_notices(ground.settings, ground.clock, Sources(ground.settings.secrets, os.environ, ground.redactor.register))
    ground.closing.callback(notices.close)
    return Alerts(ground, notices, database, keys)


class Alerts:
    """The alerts of one process. `watch` is a closing stage, and its `on_standing` is the limits'."""

    def __init__(self, ground: Ground, notices: Notices, database: Database, keys: KeyStore) -> None:
        """Begin to look and to tell; it ends with the gateway."""
        settings, clock = ground.settings, ground.clock
        self._ground = ground
        self._store = store = alert_store(database)
        people = People(SqlStore(database), keys)
        mailer = notices.mailer
        self._courier = Courier(notices.channels, clock)
        audience = Audience(
            self._courier,
            settings.mail.language,
            people.named,
            people,
            None if mailer is None else lambda address: MailChannel(mailer, address),
        )
        self._teller = Teller(store, audience)
        self.watch = Watch(AlertOptions(settings.alerts.percents, settings.alerts.errors_per_minute), clock, self._teller.hand_in)
        ground.own(self._courier.run())
        ground.own(self._teller.run())
        if ground.place.first:
            ground.own(ExpiryTask(key_facts(keys), self._teller, store, clock, settings.alerts.expiry_days).run())
        self.look_after(database_dependency(database, "PostgreSQL" if settings.database.url is not None else "the database"))
        ground.closing.push_async_callback(self._finish)

    def look_after(self, dependency: Dependency | None) -> None:
        """Tell when that fails, and when it is back."""
        if dependency is not None:
            self._ground.own(DependencyTask(dependency, self._teller, self._store, self._ground.clock).run())

    def look_at_models(self, models: Models) -> None:
        """Tell of models in use that are about to end; one process of several does."""
        if self._ground.place.first:
            self._ground.own(ModelTask(models, self._teller, self._ground.clock).run())

    async def _finish(self) -> None:
        """Tell what is still to be told, for a moment."""
        await self._teller.finish(END_S)
        await self._courier.finish(END_S)

    def readers(self) -> dict[metric_table.Metric, Callable[[], float]]:
        """Return what the metrics read of alerts."""
        return {
            metric_table.NOTICES_SENT: lambda: self._courier.total("sent"),
            metric_table.NOTICES_FAILED: lambda: self._courier.total("failed"),
            metric_table.NOTICES_DROPPED: lambda: self._courier.total("dropped") + self._teller.dropped,
        }


def alert_store(database: Database) -> AlertStore:
    """Return what a database has of alerts."""
    return SqlAlertStore(database)


class People:
    """The names of what has limits, and an organization's people. Both may raise DatabaseUnavailable."""

    def __init__(self, store: Store, keys: KeyStore) -> None:
        """Read them there."""
        self._store = store
        self._keys = keys

    async def addresses(self, organization_id: str) -> Sequence[str]:
        """Return the mail addresses of its owners and billing members."""
        async with self._store.reading() as records:
            members = await records.find(Member, organization_id=organization_id, role=TOLD_ROLES)
            ids = tuple(member.user_id for member in members)
            users = await records.find(User, id=ids, disabled_us=None) if ids else []
        return [user.email for user in users]

    async def named(self, kind: str, identity: str) -> str | None:
        """Return the name of a key, workspace or member."""
        if kind == "key":
            record = (await self._keys.find([identity])).get(identity)
            return None if record is None else record.name
        async with self._store.reading() as records:
            if kind == "workspace":
                return next((workspace.name for workspace in await records.find(Workspace, id=identity)), None)
            if kind == "member":
                return next((user.name for user in await records.find(User, id=identity)), None)
        return None


def key_facts(keys: KeyStore) -> Callable[[], Awaitable[Sequence[KeyFact]]]:
    """Return what reads the keys as alerts see them."""

    async def every() -> list[KeyFact]:
        return [
            KeyFact(
                record.key_id,
                record.name,
                record.organization_id,
                record.expires_at_us,
                ends_on_purpose=is_session(record)
                or any(mark is not None for mark in (record.revoked_at_us, record.inactive_at_us, record.replaced_by)),
            )
            for record in await keys.every()
        ]

    return every


def database_dependency(database: Database, name: str) -> Dependency:
    """Return the database as something that may fail."""

    async def probe() -> str | None:
        await database.read_revision()
        return None

    return Dependency(name, probe)


def redis_dependency(store: LimitStore) -> Dependency | None:
    """Return Redis as something that may fail, None where limits are counted elsewhere."""
    if not isinstance(store, Remote):
        return None

    async def probe() -> str | None:
        await store.ping()
        return None

    return Dependency("Redis", probe)


def journal_dependency(journal: Journal) -> Dependency:
    """Return the disk under the journal as something that may fail."""

    async def probe() -> str | None:
        return f"{journal.owed} entries wait for it" if journal.owed else None

    return Dependency("the journal's disk", probe)
