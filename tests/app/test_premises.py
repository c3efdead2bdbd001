"""What a gateway says of itself: true to what it stands on, and without any secret of its settings, environment or stores."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.alerts.doubles import MemoryAlertStore
from yumen.app.ground import Ground
from yumen.app.keyring import keks_of
from yumen.app.notices import Notices
from yumen.app.premises import Seen, open_house
from yumen.app.premises.alerts import Alerting
from yumen.app.premises.house import House
from yumen.errors import OperatorError
from yumen.isolation import Keyring
from yumen.isolation.store_sql import SqlDataKeyStore
from yumen.notices import Message, NotSentError
from yumen.observe import Exposition
from yumen.observe import metric_table as table
from yumen.organizations.store_sql import SqlStore
from yumen.organizations.values import Kind, Organization
from yumen.settings import resolve
from yumen.settings.sources import Sources
from yumen.storage import Database
from yumen.storage.compartments import Compartments

PLANT = "plant-4711-of-a-secret"
TABLES = f"""
[database]
password = "env:PLANTED"
[redis]
url = "redis://:{PLANT}@127.0.0.1:1/0"
[mail]
password = "file:/nowhere/at/all"
[alerts]
webhook = "https://hooks.example.org/{PLANT}"
webhook_secret = "env:PLANTED"
dingtalk = "env:NOT_THERE"
[upstreams.claude]
url = "https://api.anthropic.com"
credential = "env:PLANTED_KEY"
proxy = "http://me:{PLANT}@proxy.internal:3128"
[upstreams.local]
url = "sandbox"
"""


class Premises:
    """A house with what a test changes of it."""

    def __init__(self, ground: Ground, house: House, database: Database, keyring: Keyring) -> None:
        self.ground = ground
        self.house = house
        self.database = database
        self.keyring = keyring

    async def all(self) -> bytes:
        """Return everything that it says."""
        parts: list[Any] = [await self.house.upstreams(), await self.house.secrets(), self.house.settings()]
        return msgspec.json.encode([*parts, await self.house.system(), await self.house.checks()])


@pytest.fixture
async def premises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Premises]:
    """The premises of a gateway with secrets in its settings and in its environment."""
    monkeypatch.setenv("PLANTED", PLANT)
    monkeypatch.setenv("PLANTED_KEY", f"sk-ant-api03-{PLANT}")
    path = tmp_path / "yumen.toml"
    path.write_text(TABLES)
    resolved = resolve({"data": str(tmp_path / "data")}, {}, str(path))
    async with AsyncExitStack() as closing:
        ground = Ground(resolved.settings, closing, sources=resolved.sources)
        database = Database(ground.data.database_url)
        closing.push_async_callback(database.dispose)
        await database.upgrade()
        ground.health.add("redis", "fail_closed", lambda: down(f"redis://:{PLANT}@127.0.0.1:1 refused"))
        await ground.health.look()
        sources = Sources(resolved.settings.secrets, {"PLANTED": PLANT})
        keyring = Keyring(SqlDataKeyStore(database), keks_of(resolved.settings, sources), ground.clock)
        exposition = Exposition(ground.metrics, figures())
        house = open_house(ground, Seen(exposition.text, lambda: True), Compartments(database), keyring, sources)
        yield Premises(ground, house, database, keyring)


async def down(reason: str) -> str | None:
    """Say why something does not answer."""
    return reason


def figures() -> dict[table.Metric, Any]:
    """Return what a gateway's numbers are."""
    return {
        table.UPSTREAM_CIRCUIT: lambda: {("claude",): 2, ("local",): 0},
        table.UPSTREAM_REQUESTS: lambda: {("claude", "failed"): 5},
        table.SECRET_STALE: lambda: {("env:PLANTED_KEY",): 12.0},
        table.SECRET_DUE: lambda: {("env:PLANTED_KEY",): 30.0},
        table.DEPENDENCY_UP: lambda: {("redis",): 0.0, ("env:PLANTED_KEY",): 1.0},
        table.JOURNAL_BYTES: lambda: 77,
    }


async def test_no_secret_is_said(premises: Premises) -> None:
    """Neither a setting, nor an address, nor a failure's reason, nor what a reference leads to shows a value."""
    assert PLANT.encode() not in await premises.all()


async def test_upstreams_join_settings_and_numbers(premises: Premises) -> None:
    """Each is there with its circuit and counts; the sandbox has no address and no credential."""
    claude, local = await premises.house.upstreams()
    assert (claude.circuit, claude.requests, claude.failures, claude.credential) == ("open", 5, 5, "environment PLANTED_KEY")
    assert (local.kind, local.url, local.credential) == ("sandbox", None, None)


async def test_references_are_judged_and_remembered(premises: Premises) -> None:
    """Each has its state, when it is fetched again, and since when it is so; a new look sees what changed since."""
    found = {one.id: one for one in await premises.house.secrets()}
    assert {name: one.state for name, one in found.items()} == {
        "upstreams.claude.credential": "ok",
        "database.password": "ok",
        "mail.password": "missing",
        "alerts.webhook_secret": "ok",
        "alerts.dingtalk": "missing",
    }
    credential = found["upstreams.claude.credential"]
    assert (credential.renewal, credential.stale_s, found["database.password"].renewal) == ("scheduled", 12, "at_start")
    assert credential.renews_at is not None


async def test_a_new_look_is_made_when_it_is_asked_for(premises: Premises, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page shows the last look; the button sees that a variable has gone, and says since when."""
    await premises.house.secrets()
    monkeypatch.delenv("PLANTED")
    assert [one.state for one in await premises.house.secrets() if one.id == "database.password"] == ["ok"]
    monkeypatch.setattr("yumen.app.premises.secrets.AGAIN_US", 0)
    [again] = [one for one in await premises.house.secrets(again=True) if one.id == "database.password"]
    assert (again.state, again.since) == ("missing", again.looked_at)


async def test_settings_name_their_places(premises: Premises) -> None:
    """What an option and what a file set say so."""
    lines = {line.id: line for line in premises.house.settings()}
    assert lines["data"].source == "option --data"
    assert str(lines["upstreams"].source).endswith("yumen.toml")
    assert lines["listen"].source is None
    assert '"currency": "USD"' in str(lines["upstreams"].value)
    assert (lines["upstreams"].masked, lines["data"].masked) == (True, False)


async def test_the_system_is_gathered(premises: Premises) -> None:
    """Dependencies of this process and of its workers, database, journal and disk are those of the gateway."""
    whole = await premises.house.system()
    assert {(each.name, each.up) for each in whole.dependencies} == {("redis", False), ("env:PLANTED_KEY", True)}
    assert whole.journal.undrained_bytes == 77
    assert whole.database.kind == "SQLite"
    assert (whole.database.size_bytes or 0) > 1000
    assert whole.database.schema_version is not None
    assert (whole.workers, whole.workers_serving, whole.ready) == (1, 1, True)
    assert (whole.disk_free_bytes or 0) > 0


async def test_checks_say_what_to_do(premises: Premises) -> None:
    """What the doctor finds of folder, database, keys, isolated organizations and secrets is found here too."""
    async with SqlStore(premises.database).writing() as records:
        await records.add(Organization("org_1", "Acme", Kind.ENTERPRISE, "enterprise", "UTC", isolated=True, created_us=1))
    await premises.keyring.sealer("org_1")
    found = {(one.place, one.level) for one in await premises.house.checks()}
    assert {("data folder", "ok"), ("database", "ok"), ("keys", "warn"), ("secrets", "fail"), ("clock", "ok")} <= found
    assert {("isolation", "fail"), ("encryption", "ok")} <= found


class Channel:
    """Takes a notice, or says that it does not."""

    name = "webhook"

    def __init__(self, reason: str | None) -> None:
        self.reason = reason
        self.taken: list[Message] = []

    async def tell(self, message: Message) -> None:
        """Take it."""
        if self.reason is not None:
            raise NotSentError(self.reason)
        self.taken.append(message)


class Nobody:
    """An organization without people."""

    async def addresses(self, organization_id: str) -> list[str]:
        """Return none."""
        assert organization_id
        return []


async def test_a_test_notice_tries_every_channel_once_in_a_while(premises: Premises) -> None:
    """Each says whether it took it; the button does not fill anybody's mail; no secret is told; without people or a server it says so."""
    good, bad = Channel(None), Channel(f"{PLANT} is away")
    premises.ground.redactor.register(PLANT)
    desk = Alerting(premises.ground, Notices(None, None, (good, bad)), MemoryAlertStore(), Nobody())
    taken, refused = [one.reason for one in await desk.try_channels()]
    assert (taken, str(refused).endswith(" is away"), PLANT in str(refused)) == (None, True, False)
    with pytest.raises(OperatorError, match="a moment ago"):
        await desk.try_channels()
    assert len(good.taken) == 1
    with pytest.raises(OperatorError, match="no mail server"):
        await desk.try_members("org_1")
    silent = Alerting(premises.ground, Notices(None, None, ()), MemoryAlertStore(), Nobody())
    with pytest.raises(OperatorError, match="no channel"):
        await silent.try_channels()
