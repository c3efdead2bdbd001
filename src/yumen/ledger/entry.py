"""What the ledger knows of one exchange: numbers and names, never the prompt, the answer or a secret."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from yumen.exchange.values import DEFAULT_ORGANIZATION, Attempt, Outcome


class Kind(StrEnum):
    """What an entry stands for."""

    EXCHANGE = "exchange"
    """One request and its answer."""
    REFUSALS = "refusals"
    """`count` refusals of one key that came too fast to be written one by one."""
    BATCH = "batch"
    """A batch that ended: what all its requests used. `counted` is 0, since they were counted when it was made."""


class Opened(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is written when a request is sent: enough to make an entry of it if the process dies before its end."""

    request_id: str
    time_us: int
    key_id: str
    environment: str
    workspace_id: str
    method: str
    path: str
    model: str | None
    stream: bool
    prompt_characters: int
    prompt_bytes: int
    upstream: str | None
    billable: bool
    """Whether Claude charges for this kind of call."""
    organization_id: str = DEFAULT_ORGANIZATION
    user_id: str | None = None
    label: str | None = None
    counted: int = 0
    """As in the entry that it becomes."""
    ceiling_nanousd: int | None = None
    """What was reserved of spend limits; the hold's id is the request's."""
    model_sent: str | None = None
    """What the upstream is asked for, where that is not the model that the caller named."""
    tries: tuple[Attempt, ...] = ()
    """The attempts before this one."""


class Times(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """When a request came how far: microseconds after its head arrived; None: it never came to that, or nobody saw it."""

    read_us: int | None = None
    """The body was here."""
    admitted_us: int | None = None
    """The limits had room."""
    sent_us: int | None = None
    """The first attempt's request was handed to the upstream's connection."""
    head_us: int | None = None
    """The head of the answer was here. Its first byte left at `ttft_us`."""


NO_TIMES = Times()


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One line of the ledger. The order of the fields is the order in the journal and of the store's columns: only append."""

    request_id: str
    time_us: int
    """When the request's head arrived, UTC."""
    kind: Kind
    key_id: str
    environment: str
    workspace_id: str
    method: str
    path: str
    model: str | None
    """The model that was asked for."""
    model_answered: str | None
    stream: bool
    status: int
    """What the caller got; 0 where no status was sent."""
    outcome: Outcome
    fault: str | None
    """The name of the fault that ended it."""
    attempts: int
    prompt_characters: int
    """The prompt's length in code points, the same for escaped and raw text."""
    prompt_bytes: int
    """The same text's length in UTF-8."""
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_5m_tokens: int = 0
    cache_write_1h_tokens: int = 0
    thinking_tokens: int = 0
    web_search_requests: int = 0
    service_tier: str | None = None
    speed: str | None = None
    inference_geo: str | None = None
    stop_reason: str | None = None
    estimated: bool = False
    """Whether the token counts are ours rather than Claude's word."""
    cost_nanousd: int | None = None
    """Whole nano-dollars; None where no price is known, 0 where nothing was charged."""
    price_version: str | None = None
    ttft_us: int | None = None
    """From the request's head to the answer's first byte."""
    duration_us: int = 0
    overhead_us: int = 0
    """What the gateway itself took."""
    caller: str = ""
    """The address that the request came from."""
    user_agent: str | None = None
    upstream: str | None = None
    upstream_request_id: str | None = None
    count: int = 1
    """How many exchanges this entry stands for."""
    organization_id: str = DEFAULT_ORGANIZATION
    user_id: str | None = None
    """The member whose key it was."""
    label: str | None = None
    """The cost centre."""
    counted: int = 0
    """How many requests it counts against limits; 0 for what was refused before it was sent."""
    tries: tuple[Attempt, ...] = ()
    """Each attempt. Where a line would be too long, the middle ones are one with an empty upstream: `attempts` still counts them all."""
    times: Times = NO_TIMES
    limit_wait_us: int = 0
    """How long it waited for room in a limit."""
    limit_note: str | None = None
    """The limit that it waited for or that refused it, in a few words."""
    replay_of: str | None = None
    """The request whose answer it got, by its idempotency key."""
    policy_note: str | None = None
    """What policies found and did about it, in a few words."""

    @property
    def cache_write_tokens(self) -> int:
        """Tokens written to the cache, of both lifetimes."""
        return self.cache_write_5m_tokens + self.cache_write_1h_tokens


COLUMNS = Entry.__struct_fields__
"""The names of an entry's fields, in order."""
