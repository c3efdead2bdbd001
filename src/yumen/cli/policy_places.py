"""What a policy is attached to, as commands name it: an organization, one of its workspaces, or a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from yumen.clock import Clock
from yumen.errors import OperatorError
from yumen.keys import pick
from yumen.organizations.policies import Place
from yumen.policy.values import Scope

if TYPE_CHECKING:
    from yumen.cli.offices import Office
    from yumen.cli.places import Places
    from yumen.policy.values import Attachment

OfWhole = Annotated[str | None, typer.Option("--organization", metavar="ORGANIZATION", help="the organization, by id or name")]
OfWorkspace = Annotated[str | None, typer.Option("--workspace", metavar="WORKSPACE", help="the workspace, by id or name")]
OfKey = Annotated[str | None, typer.Option("--key", metavar="KEY", help="the key, by id or name")]


class Within(NamedTuple):
    """The options that name a place."""

    organization: str | None
    workspace: str | None
    key: str | None


async def owner_of(places: Places, organization: str | None) -> str | None:
    """Return the id of the organization that is named; None: none is. Raises OperatorError."""
    return None if organization is None else (await places.organization(organization)).id


async def place_named(office: Office, within: Within) -> Place:
    """Return the place that is meant: the narrowest of what is named. Raises OperatorError."""
    if within.key is not None and within.workspace is not None:
        raise OperatorError("name one place: --organization, --workspace or --key")
    if within.key is not None:
        record = pick(await office.desk.keys.every(), within.key, Clock().now_us())
        if record.role is not None:
            raise OperatorError("an admin key has no {option}: it opens no model", option="policy")
        return Place(Scope.KEY, record.key_id, record.organization_id)
    if within.workspace is not None:
        workspace = await office.places.workspace(within.workspace, await owner_of(office.places, within.organization))
        return Place(Scope.WORKSPACE, workspace.id, workspace.organization_id)
    if within.organization is None:
        raise OperatorError("name what is under the policy: --organization, --workspace or --key")
    identifier = await office.organization_id(within.organization)
    return Place(Scope.ORGANIZATION, identifier, identifier)


def whose_name(attachment: Attachment) -> str:
    """Return a place as it is shown."""
    return f"{attachment.scope}:{attachment.scope_id}" + (" (shadow)" if attachment.shadow else "")
