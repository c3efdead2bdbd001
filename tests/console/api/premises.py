"""A gateway's premises that say what a test wants."""

from __future__ import annotations

from collections.abc import Sequence

from yumen.alerts import Told
from yumen.console.api.premises import (
    ChannelShown,
    CheckShown,
    DatabaseShown,
    DataKeysShown,
    DependencyShown,
    JournalShown,
    QuotaShown,
    SaidShown,
    SecretShown,
    SentShown,
    SettingShown,
    SystemShown,
    UpstreamShown,
)
from yumen.errors import OperatorError

WHEN = "2026-11-27T08:00:00Z"


def upstream(name: str = "claude", **more: object) -> UpstreamShown:
    """Return an upstream that has answered."""
    values: dict[str, object] = {
        "id": name,
        "kind": "claude",
        "url": "https://api.anthropic.com",
        "credential": "environment KEY",
        "models": (),
        "environments": ("production",),
        "organizations": (),
        "priority": 1,
        "weight": 2,
        "circuit": "closed",
        "quota": [QuotaShown(model_class="opus", kind="requests", limit=100, remaining=40, resets_at=WHEN)],
        "results": {"answered": 1234, "error": 2},
        "requests": 1236,
        "failures": 2,
        "connections": 3,
        "head_p50_us": 640_000,
        "head_p95_us": 2_100_000,
    }
    return UpstreamShown(**{**values, **more})  # type: ignore[arg-type]


def secret(setting: str = "credential", state: str = "ok", **more: object) -> SecretShown:
    """Return a reference that leads somewhere, or not."""
    values: dict[str, object] = {
        "id": setting,
        "source": "environment KEY",
        "state": state,
        "found": SaidShown(text="looks like a key of Claude's", sentence="looks like a key of Claude's"),
        "warnings": (),
        "version": None,
        "stored_at": None,
        "since": WHEN,
        "looked_at": WHEN,
        "renewal": "scheduled",
        "renews_at": WHEN,
        "stale_s": 0,
    }
    return SecretShown(**{**values, **more})  # type: ignore[arg-type]


def system(**more: object) -> SystemShown:
    """Return a gateway that does well."""
    values: dict[str, object] = {
        "version": "0.7.0",
        "ready": True,
        "started_at": WHEN,
        "workers": 1,
        "workers_serving": 1,
        "worker_deaths": 0,
        "dependencies": [DependencyShown(name="database", mode="sqlite, fail_closed", up=True, since=WHEN, reason=None)],
        "database": DatabaseShown(kind="SQLite", place="/data/yumen.db", schema_version="0006", revision=17, size_bytes=4096),
        "journal": JournalShown(undrained_bytes=0, segments=1, owed_entries=0, failures_in_a_row=0),
        "data_keys": DataKeysShown(reference="content.key", count=2, fault=None),
        "disk_free_bytes": 10_000_000_000,
        "disk_total_bytes": 20_000_000_000,
        "memory_bytes": 120_000_000,
        "connections": 4,
        "open_requests": 1,
        "open_streams": 1,
    }
    return SystemShown(**{**values, **more})  # type: ignore[arg-type]


class Premises:
    """Says what it was given."""

    def __init__(self) -> None:
        self.all_upstreams = [upstream()]
        self.all_secrets = [secret()]
        self.all_settings = [
            SettingShown(
                id="listen",
                value='"127.0.0.1:8010"',
                default='"127.0.0.1:8010"',
                is_default=True,
                source=None,
                masked=False,
                english="where callers are served",
                chinese="为调用方服务的地址",
            )
        ]
        self.whole = system()
        self.found = [CheckShown(level="ok", place="clock", found=SaidShown(text="it is right", sentence="it is right"))]
        self.looks = 0

    async def upstreams(self) -> list[UpstreamShown]:
        """Return every upstream."""
        return self.all_upstreams

    async def secrets(self, *, again: bool = False) -> list[SecretShown]:
        """Return every reference."""
        self.looks += again
        return self.all_secrets

    def settings(self) -> list[SettingShown]:
        """Return every setting."""
        return self.all_settings

    async def system(self) -> SystemShown:
        """Return the whole."""
        return self.whole

    async def checks(self) -> list[CheckShown]:
        """Return what was found."""
        return self.found


class AlertDesk:
    """Says what was told, and takes test notices."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.tried: list[str | None] = []
        self.reaches = True

    @property
    def percents(self) -> Sequence[int]:
        """At which parts is told."""
        return (50, 80, 95, 100)

    @property
    def expiry_days(self) -> int:
        """How long before a key's end."""
        return 7

    @property
    def reaches_members(self) -> bool:
        """Whether there is a mail server."""
        return self.reaches

    async def latest(self, organization_id: str | None, limit: int, skip: int) -> list[Told]:
        """Return what was told."""
        return [told for told in self.told if organization_id in (None, told.organization_id)][skip : skip + limit]

    def channels(self) -> list[ChannelShown]:
        """Return a channel."""
        return [ChannelShown(name="mail", to="ops@example.org"), ChannelShown(name="dingtalk", to=None)]

    async def try_channels(self) -> list[SentShown]:
        """Take a notice."""
        self.tried.append(None)
        return [SentShown(name="mail", to="ops@example.org", reason=None), SentShown(name="dingtalk", to=None, reason="it is away")]

    async def try_members(self, organization_id: str) -> list[SentShown]:
        """Take a notice."""
        if not self.reaches:
            raise OperatorError("there is no mail server, so nobody of the organization can be told: set mail.server")
        self.tried.append(organization_id)
        return [SentShown(name="mail", to="owner@example.org", reason=None)]
