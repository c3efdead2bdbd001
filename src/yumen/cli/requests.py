"""`yumen requests`: members' requests for more, all in one place, and the operator's answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from yumen.cli.limit_text import limit_text, parse_limit
from yumen.cli.listing import Listing
from yumen.cli.offices import Chosen, Office, show_lines, with_offices
from yumen.cli.options import AsJson, Config, Data
from yumen.clock import iso
from yumen.errors import OperatorError
from yumen.organizations.values import RequestStatus, Wanted, WantedLimit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from yumen.limits.values import Kind, Limit
    from yumen.organizations.values import IncreaseRequest

RequestId = Annotated[str, typer.Argument(metavar="REQUEST", help="a request's id")]
COLUMNS = ("id", "status", "organization", "member", "wanted", "reason", "answer", "created_at")


class RequestLine(msgspec.Struct, frozen=True):
    """A request for more in JSON."""

    id: str
    status: str
    organization: str
    organization_id: str
    member: str | None
    wanted: tuple[str, ...]
    reason: str
    answer: str | None
    decided_by: str | None
    created_at: str


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(cls=Listing, rich_markup_mode=None, add_completion=False)
    app.command("list", help="List requests for more that wait for an answer.")(list_requests)
    app.command("approve", help="Grant a request; it is in force within a second, and both sides are told.")(approve)
    app.command("decline", help="Decline a request with an answer; both sides are told.")(decline)
    return app


def list_requests(
    ctx: typer.Context,
    *,
    every: Annotated[bool, typer.Option("--all", help="with those that were answered")] = False,
    as_json: AsJson = False,
    data: Data = None,
    config: Config = None,
) -> None:
    """List requests."""

    async def work(office: Office) -> list[RequestLine]:
        names = await office.places.names()
        found = await office.offices.requests.every(status=None if every else RequestStatus.OPEN)
        return [line_of(each, names) for each in found]

    show_lines(ctx.obj, with_offices(ctx.obj, Chosen(data, config), work), COLUMNS, as_json=as_json)


def approve(  # noqa: PLR0913  (a command's options are its parameters)
    ctx: typer.Context,
    request: RequestId,
    *,
    answer: Annotated[str, typer.Option("--answer", metavar="TEXT", help="what whoever asked is told")] = "",
    limit: Annotated[
        list[str] | None,
        typer.Option("--limit", metavar="LIMIT", help="grant this value instead of the one asked for, such as requests_per_minute=50"),
    ] = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Grant a request."""
    others = {each.kind: each for each in map(parse_limit, limit or ())}

    async def work(office: Office) -> IncreaseRequest:
        granted = None
        if others:
            granted = replaced((await office.offices.requests.one(request)).wanted, others)
        return await office.offices.requests.approve(office.actor, request, answer, granted)

    ctx.obj.line("approved {id}; it is in force within a second", id=with_offices(ctx.obj, Chosen(data, config), work).id)


def decline(
    ctx: typer.Context,
    request: RequestId,
    *,
    answer: Annotated[str, typer.Option("--answer", metavar="TEXT", help="what whoever asked is told")],
    data: Data = None,
    config: Config = None,
) -> None:
    """Decline a request."""

    async def work(office: Office) -> IncreaseRequest:
        return await office.offices.requests.decline(office.actor, request, answer)

    ctx.obj.line("declined {id}", id=with_offices(ctx.obj, Chosen(data, config), work).id)


def replaced(wanted: Wanted, others: Mapping[Kind, Limit]) -> Wanted:
    """Return what is granted: what is wanted, with other values. Raises OperatorError for a limit that nobody asked for."""
    asked = {each.limit.kind for each in wanted.limits}
    for kind in others:
        if kind not in asked:
            raise OperatorError("the request does not ask for {kind}: set it with yumen limits set", kind=kind)
    limits = tuple(WantedLimit(each.scope, others.get(each.limit.kind, each.limit)) for each in wanted.limits)
    return msgspec.structs.replace(wanted, limits=limits)


def line_of(request: IncreaseRequest, names: Mapping[str, str]) -> RequestLine:
    """Return a request as it is shown."""
    return RequestLine(
        id=request.id,
        status=request.status,
        organization=names.get(request.organization_id, request.organization_id),
        organization_id=request.organization_id,
        member=None if request.user_id is None else names.get(request.user_id, request.user_id),
        wanted=tuple(wanted_texts(request.wanted, names)),
        reason=request.reason,
        answer=request.answer,
        decided_by=request.decided_by,
        created_at=iso(request.created_us),
    )


def wanted_texts(wanted: Wanted, names: Mapping[str, str]) -> Iterator[str]:
    """Yield what is asked for, as it would be typed."""
    for each in wanted.limits:
        yield f"{each.scope.kind}:{names.get(each.scope.id, each.scope.id)} {limit_text(each.limit)}"
    if wanted.isolation:
        yield "isolation"
    if wanted.policy is not None:
        yield f"policy={wanted.policy}"
