"""The gateway itself as its operator sees it: upstreams, secrets, settings, dependencies. The composition root knows them all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

if TYPE_CHECKING:
    from yumen.alerts import Told


class SaidShown(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence for people. `text` is it in English; `sentence` has places for `values`, as translations need it."""

    text: str
    sentence: str
    values: dict[str, str] = {}


class QuotaShown(msgspec.Struct, frozen=True, kw_only=True):
    """What an upstream said of one of its rate limits in its last answer."""

    model_class: str
    kind: str
    limit: int | None
    remaining: int
    resets_at: str | None


class UpstreamShown(msgspec.Struct, frozen=True, kw_only=True):
    """An upstream: how it is set, and how it does. Numbers count from the start of the gateway, all workers together."""

    id: str
    type: Literal["upstream"] = "upstream"
    kind: str
    """`claude`, `bedrock`, `vertex`, or `sandbox`."""
    url: str | None
    """Null: the sandbox."""
    credential: str | None
    """Where its credential comes from; never the credential."""
    models: Sequence[str]
    environments: Sequence[str]
    """Whose keys it serves; empty: all."""
    organizations: Sequence[str]
    """Whose alone it is; empty: it is shared."""
    priority: int
    weight: int
    circuit: Literal["closed", "half-open", "open"] | None
    """`closed`: it is used; `open`: it failed too often and rests; `half-open`: one request tries it. Of several workers the worst."""
    quota: Sequence[QuotaShown]
    results: dict[str, int]
    """Attempts by what came of them."""
    requests: int
    failures: int
    connections: int
    head_p50_us: int | None
    """Half of all answers began within this time."""
    head_p95_us: int | None


class SecretShown(msgspec.Struct, frozen=True, kw_only=True):
    """A reference of the settings, and what it leads to; never the value."""

    id: str
    """The setting."""
    type: Literal["secret"] = "secret"
    source: str
    state: Literal["ok", "missing", "forbidden", "unreachable", "unfit", "invalid"]
    found: SaidShown
    warnings: Sequence[SaidShown]
    version: str | None
    """As the store calls it, where it does."""
    stored_at: str | None
    """Since when the store has it, in its own words, where it says so."""
    since: str
    """Since when it is in this state, as far as this process saw."""
    looked_at: str
    renewal: Literal["scheduled", "when_needed", "at_start"]
    """When the gateway fetches it again: by itself, whenever it is needed, or at the next start."""
    renews_at: str | None
    stale_s: int
    """For how long its store has not confirmed the value that is in use; 0: it did."""


class SettingShown(msgspec.Struct, frozen=True, kw_only=True):
    """A setting as it counts now."""

    id: str
    type: Literal["setting"] = "setting"
    value: str | None
    """Null: not set. What may hold a secret is masked; a reference is shown, since it only says where one is."""
    default: str | None
    is_default: bool
    source: str | None
    """Where it comes from: a file, a variable, an option; null: it is the default."""
    masked: bool
    english: str
    chinese: str


class DependencyShown(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the gateway depends on, by the last look."""

    name: str
    mode: str
    """What happens while it does not answer."""
    up: bool
    since: str | None
    reason: str | None


class DatabaseShown(msgspec.Struct, frozen=True, kw_only=True):
    """The database. What it does not say is null."""

    kind: str
    place: str
    schema_version: str | None
    revision: int | None
    """Rises with each change of keys, organizations and limits."""
    size_bytes: int | None


class JournalShown(msgspec.Struct, frozen=True, kw_only=True):
    """Entries that are on the disk and not yet in the database."""

    undrained_bytes: int
    segments: int
    owed_entries: int
    """In memory, since the disk did not take them."""
    failures_in_a_row: int


class DataKeysShown(msgspec.Struct, frozen=True, kw_only=True):
    """What stored content is sealed with."""

    reference: str
    """Where the key of keys is."""
    count: int | None
    """Data keys of all organizations."""
    fault: str | None


class SystemShown(msgspec.Struct, frozen=True, kw_only=True):
    """The gateway as a whole."""

    type: Literal["system"] = "system"
    version: str
    ready: bool
    started_at: str
    workers: int
    """That are wanted."""
    workers_serving: int
    worker_deaths: int
    dependencies: Sequence[DependencyShown]
    database: DatabaseShown
    journal: JournalShown
    data_keys: DataKeysShown
    disk_free_bytes: int | None
    disk_total_bytes: int | None
    memory_bytes: int | None
    """Of all processes together."""
    connections: int
    open_requests: int
    open_streams: int


class CheckShown(msgspec.Struct, frozen=True, kw_only=True):
    """What was found at one place, and what to do."""

    type: Literal["check"] = "check"
    level: Literal["ok", "warn", "fail"]
    place: str
    found: SaidShown


class ChannelShown(msgspec.Struct, frozen=True, kw_only=True):
    """A place where notices of the gateway arrive."""

    type: Literal["alert_channel"] = "alert_channel"
    name: str
    """`mail`, `webhook`, `dingtalk`, `feishu`, `wecom`."""
    to: str | None
    """Of mail: the address."""


class SentShown(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a channel took the test notice."""

    name: str
    to: str | None
    reason: str | None
    """Why it did not; null: it did."""


class Premises(Protocol):
    """What the gateway says of itself. None of it holds a secret."""

    async def upstreams(self) -> list[UpstreamShown]:
        """Return every upstream."""

    async def secrets(self, *, again: bool = False) -> list[SecretShown]:
        """Return every reference of the settings; `again`: after a new look. Raises OperatorError where the settings will not do."""

    def settings(self) -> list[SettingShown]:
        """Return every setting."""

    async def system(self) -> SystemShown:
        """Return how the whole does."""

    async def checks(self) -> list[CheckShown]:
        """Look at all that must be well, which takes a moment."""


class AlertDesk(Protocol):
    """Knows what was told and who is told, and can try it."""

    @property
    def percents(self) -> Sequence[int]:
        """At which parts of a limit is told, lowest first."""

    @property
    def expiry_days(self) -> int:
        """So many days before its end a key is told of."""

    @property
    def reaches_members(self) -> bool:
        """Whether there is a mail server, by which an organization's own people are told."""

    async def latest(self, organization_id: str | None, limit: int, skip: int) -> list[Told]:
        """Return what was told of an organization, None: of all and of the gateway, the newest first."""

    def channels(self) -> list[ChannelShown]:
        """Return where the operator's notices arrive."""

    async def try_channels(self) -> list[SentShown]:
        """Send a test notice through every channel of the operator's. Raises OperatorError where there is none."""

    async def try_members(self, organization_id: str) -> list[SentShown]:
        """Send a test notice to those of an organization who are told of its limits. Raises OperatorError where nobody can be."""
