"""Where policies and what they found are kept, as the gateway uses them. Policies are written by `organizations/`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from yumen.policy.values import Flag

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from yumen.policy.values import StoredPolicy

Version = tuple[str, int]
"""A stored policy's id and version: its document never changes."""


class Attached(msgspec.Struct, frozen=True):
    """An attachment as a gateway needs it: what is under which version, as it means it now."""

    scope_id: str
    """An organization, workspace or key: no two of them have one id, so that this alone says what is meant."""
    policy_id: str
    version: int | None
    """None: there is no such policy, or no such version of it."""
    shadow: bool


class FlagRow(msgspec.Struct, frozen=True):
    """A flag as it is stored: whose request it is of, and the sealed words around it where they are kept. Times are UTC microseconds."""

    request_id: str
    number: int
    """Within its request, from 0."""
    time_us: int
    organization_id: str
    workspace_id: str
    key_id: str
    flag: Flag
    sealed: bytes | None = None
    """JSON of excerpts, sealed."""

    def __repr__(self) -> str:
        """Name the request."""
        return f"FlagRow({self.request_id}, {self.number})"


class FlagFilter(msgspec.Struct, frozen=True):
    """Which flags are meant. Times are UTC microseconds."""

    since_us: int = 0
    organization_id: str | None = None
    policy: str | None = None
    request_id: str | None = None


class FlagSum(msgspec.Struct, frozen=True):
    """What one rule of one version found in all, in one way. Times are UTC microseconds."""

    policy: str
    version: int
    rule: str
    action: str
    shadow: bool
    requests: int
    hits: int
    last_us: int


class PolicyStore(Protocol):
    """Reads what is attached. Raises `DatabaseUnavailable` where it cannot be read."""

    async def attached(self) -> list[Attached]:
        """Return all attachments in the order of their making, without documents."""

    async def documents(self, versions: Collection[Version]) -> list[StoredPolicy]:
        """Return those versions that there are."""


class FlagStore(Protocol):
    """Keeps what policies found. Raises `DatabaseUnavailable`."""

    async def add(self, rows: Sequence[FlagRow]) -> None:
        """Write rows; one that is there already stays as it is."""

    async def flags(self, wanted: FlagFilter, before: tuple[int, str, int] | None, limit: int) -> list[FlagRow]:
        """Return a page of flags, the newest first: those before a row's time, request and number."""

    async def sums(self, wanted: FlagFilter, limit: int) -> list[FlagSum]:
        """Return what rules found in all, the latest first, so many at most."""

    async def purge(self, before_us: int, limit: int) -> int:
        """Delete at most so many that are older; return how many it were."""
