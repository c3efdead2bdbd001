"""The nouns of limits: what may be limited, whose limit it is, and what a store is asked and answers. Integers throughout."""

from __future__ import annotations

from enum import StrEnum

import msgspec

MINUTE_US = 60_000_000
SECOND_US = 1_000_000
MAX_RATE = 100_000_000
"""The highest rate: beyond it a script in the store could not count exactly (2^53)."""
MAX_NANOUSD = 9_000_000 * 10**9
"""The highest spend limit, for the same reason."""


class Kind(StrEnum):
    """What is limited. The names are those of Claude's admin API where it has one."""

    REQUESTS_PER_SECOND = "requests_per_second"
    REQUESTS_PER_MINUTE = "requests_per_minute"
    COUNT_TOKENS_PER_MINUTE = "count_tokens_per_minute"
    """Calls that make no tokens: count_tokens and the models. Not set: the value of requests_per_minute, in a window of its own."""
    BATCHES_PER_MINUTE = "batches_per_minute"
    """The same for calls of Message Batches."""
    FILES_PER_MINUTE = "files_per_minute"
    """The same for files."""
    INPUT_TOKENS_PER_MINUTE = "input_tokens_per_minute"
    """Input without cache reads, for each class of models."""
    OUTPUT_TOKENS_PER_MINUTE = "output_tokens_per_minute"
    """Output as it is produced, for each class of models."""
    CONCURRENT_REQUESTS = "concurrent_requests"
    REQUESTS_PER_MONTH = "requests_per_month"
    SPEND_PER_DAY = "spend_per_day"
    """Nano-dollars, in the organization's days."""
    SPEND_PER_MONTH = "spend_per_month"
    """Nano-dollars, in the organization's months."""


SPEND = frozenset({Kind.SPEND_PER_DAY, Kind.SPEND_PER_MONTH})
PERIODS = SPEND | {Kind.REQUESTS_PER_MONTH}
"""Limits of calendar periods: nobody waits for a period's end."""
MAX_WAIT_MS = 600_000
"""The longest that a request may wait for room."""


def most_of(kind: Kind) -> int:
    """Return the highest value that a limit may have."""
    return MAX_NANOUSD if kind in SPEND else MAX_RATE


class Mode(StrEnum):
    """What a limit does when it is reached."""

    ENFORCE = "enforce"
    SHADOW = "shadow"
    """It counts and reports, and lets everything pass."""


class Reserve(StrEnum):
    """What a spend limit sets aside for a request (decisions of the project: docs/limits.md)."""

    BOUND = "bound"
    """The most that it can cost: the limit is never passed by one unit."""
    EXPECTED = "expected"
    """What it will probably cost, growing with the stream: what runs over is counted, and bounded by the calls in flight."""


class Limit(msgspec.Struct, frozen=True):
    """One limit as it is set. `value` is requests, tokens or nano-dollars, as the kind says."""

    kind: Kind
    value: int
    mode: Mode = Mode.ENFORCE
    wait_ms: int = 0
    """How long a request may wait for room instead of being refused."""
    reserve: Reserve = Reserve.EXPECTED
    """For spend limits."""


class ScopeKind(StrEnum):
    """Whose all of it is counted together."""

    ORGANIZATION = "organization"
    WORKSPACE = "workspace"
    KEY = "key"
    MEMBER = "member"
    LABEL = "label"


class Scope(msgspec.Struct, frozen=True):
    """One counted whole: an organization, workspace, key, member (by user id) or label (by its text)."""

    kind: ScopeKind
    id: str


class Line(msgspec.Struct, frozen=True):
    """A limit where it applies."""

    scope: Scope
    limit: Limit
    since_us: int = 0
    """When it was set where none was before: days and months that had begun by then are counted anew, from the ledger."""


# ── what a store is asked, and answers ──────────────────────────────────────


class Form(StrEnum):
    """How a counter counts."""

    WINDOW = "window"
    """At most `limit` units in any `span_us`: the times of what was admitted are kept."""
    BUCKET = "bucket"
    """A bucket of `limit` units that refills continuously, wholly in `span_us`."""
    LEASES = "leases"
    """At most `limit` open holds, each until it is closed or expires."""
    PERIOD = "period"
    """At most `limit` units until `until_us`; the counter's name names the period."""


class Measure(StrEnum):
    """Which part of what was used settles a demand."""

    REQUESTS = "requests"
    INPUT_TOKENS = "input_tokens"
    OUTPUT_TOKENS = "output_tokens"
    NANOUSD = "nanousd"


class Demand(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one request asks of one counter."""

    counter: str
    """Unique within the organization, such as `key:apikey_1:requests_per_minute` or `organization:org_1:spend_per_day:2026-11-26`."""
    form: Form
    measure: Measure
    limit: int
    amount: int
    """Units reserved. A bucket with 0 asks only that there is a unit left; a window's and a lease's amount is 1 (a request is one)."""
    span_us: int = 0
    """WINDOW: the window. BUCKET: the time in which it refills wholly. PERIOD: its length."""
    until_us: int = 0
    """PERIOD: its end, UTC."""
    shadow: bool = False
    """Charged like the others, and never the reason to refuse."""


class Ask(msgspec.Struct, frozen=True):
    """All demands of one request: granted together, or refused without a trace. The hold's id was chosen by the asker."""

    organization_id: str
    hold_id: str
    lease_us: int
    """The hold expires so long after now, unless it is renewed."""
    demands: tuple[Demand, ...]


class Standing(msgspec.Struct, frozen=True, gc=False):
    """How a counter stands. After a grant the request is counted in it; after a refusal it is as if nobody had asked."""

    remaining: int
    """Whole units left, never below 0."""
    reset_us: int
    """When all of it is free again if nobody asks (a period: when it ends), UTC by the store's clock."""


class Granted(msgspec.Struct, frozen=True):
    """Every demand that is enforced had room; all are charged."""

    now_us: int
    """The store's time."""
    standings: tuple[Standing, ...]
    """In the order of the demands."""
    over: tuple[int, ...] = ()
    """Indices of the shadow demands that would have refused."""


class Refused(msgspec.Struct, frozen=True):
    """At least one demand had no room; nothing is charged, and no counter differs from before."""

    now_us: int
    standings: tuple[Standing, ...]
    """In the order of the demands."""
    refusing: tuple[int, ...]
    """Indices of the enforced demands without room."""
    retry_us: int | None
    """After exactly so long, and not a microsecond before, all of it has room if nobody else asks. None: not by waiting (more is asked
    than the limit ever holds, or holds must be closed). A period has room at its end."""


class Missing(msgspec.Struct, frozen=True):
    """The store does not know these counters (indices): whoever asks reads them from the ledger, loads them, and asks again."""

    demands: tuple[int, ...]


Verdict = Granted | Refused | Missing


class Actual(msgspec.Struct, frozen=True):
    """What a request really used. All 0: it was refused after its admission, and nothing of it remains counted."""

    requests: int = 0
    input_tokens: int = 0
    """Cache reads not counted."""
    output_tokens: int = 0
    nanousd: int = 0

    def of(self, measure: Measure) -> int:
        """Return the part that settles a demand."""
        return int(getattr(self, measure.value))


class Settlement(msgspec.Struct, frozen=True):
    """A hold's end. `demands` are those that were granted; empty where nobody remembers them (after a crash): the store does."""

    organization_id: str
    hold_id: str
    actual: Actual
    opened_us: int = 0
    """When the hold was opened, by the store's clock; 0: nobody remembers."""
    demands: tuple[Demand, ...] = ()
    closed_us: int = 0
    """When what was used went into the ledger, by the store's clock (`opened_us` and how long it took); 0: just now. A counter that was
    loaded from the ledger later knows it from there: say it where a settlement is tried again."""


class Progress(msgspec.Struct, frozen=True):
    """How far an open hold is: its lease is renewed, and what it has used beyond what is reserved is charged."""

    organization_id: str
    hold_id: str
    output_tokens: int = 0
    """Produced so far, in all."""
    nanousd: int = 0
    """Spent so far, in all."""


class Loaded(msgspec.Struct, frozen=True):
    """A counter as the ledger has it."""

    demand: Demand
    used: int = 0
    """PERIOD: units used in it."""
    events: tuple[tuple[int, int], ...] = ()
    """WINDOW and BUCKET: time and units of what was used within the last span, oldest first."""
