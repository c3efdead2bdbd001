"""What the admin API works with, handed to it by the composition root."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec
from starlette.requests import Request

from yumen.audit import Actor
from yumen.clock import Clock
from yumen.console.api.premises import AlertDesk, Premises
from yumen.console.calls import Calls
from yumen.console.crowd import Crowd
from yumen.console.purse import Purse
from yumen.console.sign_on import Relying
from yumen.contents import ContentStore
from yumen.keys.store import KeyStore
from yumen.ledger.entry import Entry
from yumen.ledger.reports import Reports
from yumen.limits.terms.store import TermsStore
from yumen.limits.values import Kind, Limit, Line, Scope, Standing
from yumen.meter.bill import Bill
from yumen.organizations import Offices
from yumen.organizations.apart.erase import Erasing
from yumen.organizations.apart.isolate import Isolating
from yumen.policy.store import FlagStore
from yumen.policy.values import Policy
from yumen.sessions.index import SessionIndex
from yumen.sessions.remember import SessionPlaces
from yumen.storage.compartments import Stores
from yumen.storage.envelope import SealerOf

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yumen.keys.values import KeyRecord


class Door(Protocol):
    """Judges what a caller shows as its key."""

    async def authenticate(self, values: Iterable[bytes], address: str, path: str) -> KeyRecord:
        """Return the admin key of those headers, or raise why not."""

    def expect(self, value: bytes) -> None:
        """Know a key that was made a moment ago."""


class LimitDesk(Protocol):
    """Writes limits, and the audit log with them; running gateways follow within a second."""

    async def set(self, organization_id: str, scope: Scope, limits: Sequence[Limit]) -> None:
        """Set limits, all or none of them. Raises OperatorError."""

    async def unset(self, organization_id: str, scope: Scope, kind: Kind) -> bool:
        """Take a limit away. Returns False where none was set."""


UseNow = Callable[[str, Sequence[Line]], Awaitable[list[Standing | None]]]
"""Says how limits of an organization stand right now; None where nothing is counted yet, or nobody can tell."""


class Services(msgspec.Struct, frozen=True):
    """The admin API's means."""

    clock: Clock
    door: Door
    keys: KeyStore
    offices: Offices
    reports: Reports
    bill_of: Callable[[Entry], Bill]
    """Says what a request cost, class by class, at the prices of its time."""
    terms: TermsStore
    limits_by: Callable[[Actor], LimitDesk]
    """What writes limits in somebody's name."""
    use_now: UseNow
    address_of: Callable[[Request], str]
    """The address that a request comes from, behind trusted proxies too."""
    flags: Stores[FlagStore]
    """What content policies found, by organization."""
    policy_file: Policy | None
    """The operator's file, which every request is under; None: there is none."""
    sessions: SessionPlaces
    """Conversations, by organization: sealed, as they are stored."""
    session_index: Stores[SessionIndex]
    contents: Stores[ContentStore]
    """What was asked and answered, where a key lets that be kept."""
    isolating: Isolating
    erasing: Erasing
    sealer: SealerOf
    """Seals and opens what is stored of an organization's content."""
    data_url: str
    """Where this process's callers are served: what the console's own calls go to."""
    public_url: str
    """The address that callers know."""
    calls: Calls
    """Asks Claude for a visitor of the console, through the gateway's own port."""
    console_url: str
    """The address by which browsers reach the console: what letters and providers of single sign-on lead to."""
    premises: Premises
    """What the gateway says of itself."""
    alerts: AlertDesk
    version: str
    """The gateway's own version."""
    sign_on: Mapping[str, Relying] = {}
    """What speaks with each provider of single sign-on, by its name."""
    authority: Path | None = None
    """The certificate of the local authority by which callers are served, where it is: clients must be told to trust it."""
    behind_tls: bool = False
    """Whether a browser reaches the control port by TLS, through a proxy."""
    conversation_days: int = 30
    """So long after its last use a conversation is kept; 0: none is stored."""
    purse: Purse = msgspec.field(default_factory=Purse)
    """Holds the keys with which the console's visitors try prompts."""
    crowd: Crowd = msgspec.field(default_factory=Crowd)
    """Counts what is under way for each person."""
