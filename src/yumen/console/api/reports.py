"""The usage report and the cost report, in Claude's shapes; grouping by member and by label is among it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from yumen.console.api.operation import Operation
from yumen.console.api.report_fields import AskCost, AskUsage, Stretch, ends_of, stretch_of
from yumen.console.api.spend_limits import cents
from yumen.ledger.breakdown import Part, Piece
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from yumen.console.api.call import Call


class CacheCreation(msgspec.Struct, frozen=True):
    """Tokens written to the cache, by their lifetime."""

    ephemeral_1h_input_tokens: int
    ephemeral_5m_input_tokens: int


class ServerToolUse(msgspec.Struct, frozen=True):
    """Calls of server tools."""

    web_search_requests: int


class Grouped(msgspec.Struct, frozen=True, kw_only=True):
    """Whose a row is: null where it was not grouped by that. `label` and `user_id` (the same as `account_id`) are ours."""

    api_key_id: str | None
    workspace_id: str | None
    account_id: str | None
    user_id: str | None
    label: str | None
    model: str | None
    service_tier: str | None
    speed: str | None
    inference_geo: str | None


class UsageResult(Grouped, frozen=True, kw_only=True):
    """One row of usage."""

    uncached_input_tokens: int
    cache_creation: CacheCreation
    cache_read_input_tokens: int
    output_tokens: int
    server_tool_use: ServerToolUse
    requests: int
    """All of them, refused ones too."""
    counted_requests: int
    """Those that count against limits."""
    context_window: None = None
    service_account_id: None = None


class CostResult(Grouped, frozen=True, kw_only=True):
    """One row of cost, in cents. What was not priced is not in it."""

    amount: str
    currency: Literal["USD"] = "USD"
    cost_type: Literal["tokens"] | None
    description: str | None
    token_type: None = None
    context_window: None = None


class UsageBucket(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of time."""

    starting_at: str
    ending_at: str
    results: list[UsageResult]


class CostBucket(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of time."""

    starting_at: str
    ending_at: str
    results: list[CostResult]


class UsageReport(msgspec.Struct, frozen=True):
    """A page of usage."""

    data: list[UsageBucket]
    has_more: bool
    next_page: str | None


class CostReport(msgspec.Struct, frozen=True):
    """A page of cost."""

    data: list[CostBucket]
    has_more: bool
    next_page: str | None


async def usage(call: Call, asked: AskUsage) -> UsageReport:
    """Report usage."""
    stretch = stretch_of(asked, call.organization_id, call.clock.now_us())
    pieces = await read(call, stretch)
    parts = stretch.wanted.parts
    data = [
        UsageBucket(**ends_of(start, stretch.wanted.bucket_us), results=[usage_result(piece, parts) for piece in pieces[start]])
        for start in stretch.starts_us
    ]
    return UsageReport(data, stretch.next_page is not None, stretch.next_page)


async def cost(call: Call, asked: AskCost) -> CostReport:
    """Report cost."""
    stretch = stretch_of(asked, call.organization_id, call.clock.now_us())
    pieces = await read(call, stretch)
    parts = stretch.wanted.parts
    data = [
        CostBucket(**ends_of(start, stretch.wanted.bucket_us), results=[cost_result(piece, parts) for piece in pieces[start]])
        for start in stretch.starts_us
    ]
    return CostReport(data, stretch.next_page is not None, stretch.next_page)


async def read(call: Call, stretch: Stretch) -> dict[int, list[Piece]]:
    """Return the pieces of a stretch by their beginning."""
    found: dict[int, list[Piece]] = defaultdict(list)
    if stretch.starts_us:
        for piece in await call.services.reports.break_down(stretch.wanted):
            found[piece.start_us].append(piece)
    return found


def grouped(piece: Piece, parts: tuple[Part, ...]) -> dict[str, Any]:
    """Return whose a piece is."""
    values = dict(zip(parts, piece.values, strict=True))
    member = values.get(Part.MEMBER)
    return {
        "api_key_id": values.get(Part.KEY),
        "workspace_id": values.get(Part.WORKSPACE),
        "account_id": member,
        "user_id": member,
        "label": values.get(Part.LABEL),
        "model": values.get(Part.MODEL),
        "service_tier": values.get(Part.SERVICE_TIER),
        "speed": values.get(Part.SPEED),
        "inference_geo": values.get(Part.INFERENCE_GEO),
    }


def usage_result(piece: Piece, parts: tuple[Part, ...]) -> UsageResult:
    """Show a piece's usage."""
    return UsageResult(
        **grouped(piece, parts),
        uncached_input_tokens=piece.input_tokens,
        cache_creation=CacheCreation(piece.cache_write_1h_tokens, piece.cache_write_5m_tokens),
        cache_read_input_tokens=piece.cache_read_tokens,
        output_tokens=piece.output_tokens,
        server_tool_use=ServerToolUse(piece.web_search_requests),
        requests=piece.requests,
        counted_requests=piece.counted,
    )


def cost_result(piece: Piece, parts: tuple[Part, ...]) -> CostResult:
    """Show a piece's cost."""
    whose = grouped(piece, parts)
    model = whose["model"]
    return CostResult(
        **whose,
        amount=cents(piece.cost_nanousd),
        cost_type="tokens" if model else None,
        description=f"Usage of {model}" if model else None,
    )


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/organizations/usage_report/messages",
        name="usage_report.messages",
        summary="Report tokens by minute, hour or day, grouped by key, workspace, member, label, model and more",
        action=Action.USAGE_READ,
        handler=usage,
        asked=AskUsage,
        answer=UsageReport,
    ),
    Operation(
        method="GET",
        path="/v1/organizations/cost_report",
        name="cost_report.list",
        summary="Report cost by day in cents, grouped by key, workspace, member, label or model",
        action=Action.COST_READ,
        handler=cost,
        asked=AskCost,
        answer=CostReport,
    ),
)
