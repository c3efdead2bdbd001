"""What can be asked of the ledger: filters, a span, a search for ids, and the place where a page begins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from yumen.console.api.api_keys import Time, us_of
from yumen.console.api.fields import KeyId, UserId, WorkspaceId
from yumen.console.api.pages import Cursor, Limit, cursor, marked
from yumen.errors import Forbidden, InvalidRequest
from yumen.exchange.values import Outcome
from yumen.ledger.query import Filter, Place
from yumen.ledger.series import DAY_US
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from yumen.console.api.call import Call

LIST = "requests"
USUAL_DAYS = 7
DEFAULT_LIMIT = 50
NANO_PER_MICRO = 1000
US_PER_MS = 1000
LEAST_BEGINNING = 8
"""Letters of an id, by which it is looked for whenever it was."""
WHOLE_KEY = re.compile(r"apikey_[0-9A-Za-z_-]{1,64}", re.ASCII)

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Amount = Annotated[int, msgspec.Meta(ge=0, le=10**12)]
StatusClass = Literal["2xx", "4xx", "5xx", "failed"]
"""`failed` is both classes of errors."""


class AskLedger(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which requests; without a beginning, those of the last seven days before the end, which is now where it is not said."""

    starting_at: Time | None = None
    ending_at: Time | None = None
    api_key_id: KeyId | None = None
    workspace_id: WorkspaceId | None = None
    user_id: UserId | None = None
    model: Name | None = None
    """As it was asked for, or as it answered."""
    label: Name | None = None
    environment: Name | None = None
    status: Annotated[int, msgspec.Meta(ge=0, le=599)] | None = None
    status_class: StatusClass | None = None
    outcome: Outcome | None = None
    fault: Name | None = None
    """The name of the fault that ended it, such as `RateLimited`."""
    flagged: bool = False
    """Only those of which a policy noted something."""
    cost_at_least_microusd: Amount | None = None
    duration_at_least_ms: Amount | None = None
    search: Annotated[str, msgspec.Meta(min_length=3, max_length=120)] | None = None
    """A stored conversation's whole id, or that of a request, an upstream's request, a batch or a key: its beginning, whenever it was, or
    any part of it within the span."""


class AskRequests(AskLedger, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which page of which requests."""

    limit: Limit = DEFAULT_LIMIT
    page: Cursor | None = None


class AskLedgerExport(AskLedger, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which requests, written how."""

    format: Literal["jsonl", "csv"] = "jsonl"


class AskLedgerLive(AskLedger, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which requests, and how long the stream lasts: whoever may not see them any more is not sent them any longer."""

    seconds: Annotated[int, msgspec.Meta(ge=0, le=600)] = 300
    last_event_id: Annotated[int, msgspec.Meta(ge=0, le=2**53)] | None = None
    """The last event that was had: what came since is sent first, and perhaps a few that were had already."""


def filter_of(call: Call, asked: AskLedger) -> Filter:
    """Return what is asked of the ledger. Raises InvalidRequest, Forbidden."""
    if asked.cost_at_least_microusd is not None and not call.may(Action.COST_READ):
        raise Forbidden("cost_at_least_microusd: this role may not see costs")
    until_us = call.clock.now_us() + 1 if asked.ending_at is None else us_of("ending_at", asked.ending_at)
    since_us = until_us - USUAL_DAYS * DAY_US if asked.starting_at is None else us_of("starting_at", asked.starting_at)
    if since_us >= until_us:
        raise InvalidRequest("ending_at: Input should be later than starting_at")
    whole_class = None if asked.status_class in (None, "failed") else int(str(asked.status_class)[0])
    cost, took_ms = asked.cost_at_least_microusd, asked.duration_at_least_ms
    return searched(
        asked.search,
        Filter(
            organization_id=call.organization_id,
            since_us=since_us,
            until_us=until_us,
            key_id=asked.api_key_id,
            workspace_id=asked.workspace_id,
            user_id=asked.user_id,
            model=asked.model,
            label=asked.label,
            environment=asked.environment,
            status=asked.status,
            status_class=whole_class,
            failed=asked.status_class == "failed",
            outcome=asked.outcome,
            fault=asked.fault,
            flagged=asked.flagged,
            cost_at_least=None if cost is None else cost * NANO_PER_MICRO,
            duration_at_least_us=None if took_ms is None else took_ms * US_PER_MS,
        ),
    )


def searched(text: str | None, wanted: Filter) -> Filter:
    """Return a filter that also looks for an id; a whole key's is what an index leads to."""
    if text is None:
        return wanted
    if WHOLE_KEY.fullmatch(text) and wanted.key_id is None:
        return msgspec.structs.replace(wanted, key_id=text)
    return msgspec.structs.replace(wanted, text=text)


def place_of(page: str | None) -> Place | None:
    """Read a cursor back. Raises InvalidRequest."""
    return None if page is None else Place(*marked(page, LIST, tuple[int, str]))


def cursor_of(place: Place | None) -> str | None:
    """Return the cursor of the page that begins there."""
    return None if place is None else cursor(LIST, tuple(place))
