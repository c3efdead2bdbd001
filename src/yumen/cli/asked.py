"""What `logs` and `usage` ask of the ledger: options to a filter, and names for the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from yumen.cli.durations import parse_moment
from yumen.errors import OperatorError
from yumen.exchange.values import DEFAULT_ORGANIZATION, Outcome
from yumen.keys import pick
from yumen.ledger import Filter

if TYPE_CHECKING:
    from yumen.cli.places import Places
    from yumen.keys import KeyRecord

KeyOption = Annotated[str | None, typer.Option("--key", metavar="KEY", help="only calls by this key (its id or name)")]
ModelOption = Annotated[
    str | None, typer.Option("--model", metavar="MODEL", help="only calls that asked for, or were answered by, this model")
]
SinceOption = Annotated[str | None, typer.Option("--since", metavar="WHEN", help="only calls since then: 24h ago, or a date")]
UntilOption = Annotated[str | None, typer.Option("--until", metavar="WHEN", help="only calls before then: 24h ago, or a date")]


OrganizationOption = Annotated[
    str | None, typer.Option("--organization", metavar="ORGANIZATION", help="only calls by keys of this organization (its id or name)")
]
WorkspaceOption = Annotated[
    str | None, typer.Option("--workspace", metavar="WORKSPACE", help="only calls by keys of this workspace (its id or name)")
]
MemberOption = Annotated[
    str | None, typer.Option("--member", metavar="MEMBER", help="only calls by keys of this member (an id or an email address)")
]
LabelOption = Annotated[str | None, typer.Option("--label", metavar="LABEL", help="only calls booked on this cost centre")]


class Asked(msgspec.Struct, frozen=True):
    """The filters as they were typed."""

    key: str | None = None
    model: str | None = None
    status: int | None = None
    outcome: str | None = None
    since: str | None = None
    until: str | None = None


def filter_of(asked: Asked, keys: list[KeyRecord], now_us: int) -> Filter:
    """Return what was typed as a filter. Raises OperatorError where it will not do."""
    if asked.outcome is not None and asked.outcome not in set(Outcome):
        raise OperatorError("--outcome takes one of {choices}, not {value}", choices=", ".join(Outcome), value=repr(asked.outcome))
    return Filter(
        key_id=None if asked.key is None else pick(keys, asked.key, now_us).key_id,
        model=asked.model,
        status=asked.status,
        outcome=asked.outcome,
        since_us=None if asked.since is None else parse_moment(asked.since, "--since", now_us),
        until_us=None if asked.until is None else parse_moment(asked.until, "--until", now_us),
    )


def names_of(keys: list[KeyRecord]) -> dict[str, str]:
    """Return the keys' names by their ids."""
    return {record.key_id: record.name for record in keys}


class AskedPlaces(msgspec.Struct, frozen=True):
    """Whose calls are wanted, as it was typed."""

    organization: str | None = None
    workspace: str | None = None
    member: str | None = None
    label: str | None = None


async def narrowed(wanted: Filter, asked: AskedPlaces, places: Places) -> Filter:
    """Return a filter that wants the calls of those alone. Raises OperatorError where one is not there."""
    organization = None if asked.organization is None else (await places.organization(asked.organization)).id
    workspace = None if asked.workspace is None else (await places.workspace(asked.workspace, organization)).id
    member = None if asked.member is None else (await places.member(organization or DEFAULT_ORGANIZATION, asked.member)).id
    return msgspec.structs.replace(wanted, organization_id=organization, workspace_id=workspace, user_id=member, label=asked.label)
