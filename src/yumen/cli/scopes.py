"""Whose limits are meant: `organization:NAME`, `workspace:ID`, `key:NAME`, `member:EMAIL` or `label:TEXT`, looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.cli.places import Places
from yumen.clock import Clock
from yumen.errors import OperatorError
from yumen.exchange.values import Principal
from yumen.keys import pick
from yumen.keys.labels import is_label
from yumen.limits.values import Scope, ScopeKind
from yumen.organizations.values import Organization

if TYPE_CHECKING:
    from yumen.cli.opened import Desk

FORM = "organization:NAME, workspace:ID, key:NAME, member:EMAIL or label:TEXT"


class Whose(msgspec.Struct, frozen=True):
    """One scope, the organization that it is in, and a principal to which its limits apply, and no narrower ones."""

    organization: Organization
    scope: Scope
    principal: Principal


async def whose(desk: Desk, text: str, organization: str | None = None) -> Whose:
    """Return what a scope's text means. `organization`: in which one to look. Raises OperatorError."""
    kind, colon, wanted = text.partition(":")
    if not colon or not wanted or kind not in set(ScopeKind):
        raise OperatorError("a limit is set on {form}, not on {value}", form=FORM, value=repr(text))
    places = Places(desk.organizations)
    if kind == ScopeKind.ORGANIZATION:
        return of_organization(await places.organization(wanted))
    if kind == ScopeKind.KEY:
        return await of_key(desk, places, wanted)
    if kind == ScopeKind.WORKSPACE:
        named = None if organization is None else (await places.organization(organization)).id
        workspace = await places.workspace(wanted, named)
        whole = of_organization(await places.organization(workspace.organization_id))
        return narrowed(whole, Scope(ScopeKind.WORKSPACE, workspace.id), workspace_id=workspace.id)
    whole = of_organization(await places.organization(organization))
    if kind == ScopeKind.MEMBER:
        user = await places.member(whole.organization.id, wanted)
        return narrowed(whole, Scope(ScopeKind.MEMBER, user.id), user_id=user.id)
    if not is_label(wanted):
        raise OperatorError("{value} can be no label", value=repr(wanted))
    return narrowed(whole, Scope(ScopeKind.LABEL, wanted), label=wanted)


async def of_key(desk: Desk, places: Places, wanted: str) -> Whose:
    """Return a key's scope."""
    record = pick(await desk.keys.every(), wanted, Clock().now_us())
    if record.role is not None:
        raise OperatorError("an admin key has no {option}: it opens no model", option="limit")
    whole = of_organization(await places.organization(record.organization_id))
    scope = Scope(ScopeKind.KEY, record.key_id)
    fields = {"key_id": record.key_id, "workspace_id": record.workspace_id, "user_id": record.user_id, "label": record.label}
    return narrowed(whole, scope, **fields)


def of_organization(organization: Organization) -> Whose:
    """Return an organization's scope."""
    principal = Principal("", "", "", "", organization_id=organization.id)
    return Whose(organization, Scope(ScopeKind.ORGANIZATION, organization.id), principal)


def narrowed(whole: Whose, scope: Scope, **fields: str | None) -> Whose:
    """Return a scope within an organization."""
    return Whose(whole.organization, scope, msgspec.structs.replace(whole.principal, **fields))
