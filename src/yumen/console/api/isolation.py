"""Isolating and erasing organizations: the operator's switches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from yumen.console.api.operation import Nothing, Operation
from yumen.organizations.apart.isolate import Wish
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from yumen.console.api.call import Call


class IsolateOrganization(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How it shall be isolated."""

    keeps_content: bool | None = None
    """Whether its content may be stored; false deletes what is stored, null leaves it as it is."""


class IsolationShown(msgspec.Struct, frozen=True, kw_only=True):
    """What is separate from now on."""

    id: str
    type: Literal["organization_isolation"] = "organization_isolation"
    database: str
    """Where its database is."""
    content_key: str | None
    """The reference of its own key; null: the gateway's, with data keys of its own."""
    keeps_content: bool
    policies: tuple[str, ...]
    rows_moved: int
    rows_deleted: int
    rewritten: bool
    """Whether the freed pages of the main database's file were written over."""


class IsolationStep(msgspec.Struct, frozen=True, kw_only=True):
    """How far an isolation is; null: none is under way."""

    id: str
    type: Literal["organization_isolation_step"] = "organization_isolation_step"
    step: Literal["copying", "switching", "following", "sweeping", "clearing"] | None


class EraseOrganization(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The word that says it is meant."""

    confirm: Literal["erase"]


class ErasedShown(msgspec.Struct, frozen=True, kw_only=True):
    """What is gone."""

    id: str
    type: Literal["organization_erased"] = "organization_erased"
    rows: dict[str, int]
    """Rows by table."""
    database: str | None
    """The database of its own that is gone."""
    rewritten: bool
    """Whether the freed pages of the main database's file were written over."""


async def isolate(call: Call, asked: IsolateOrganization) -> IsolationShown:
    """Isolate an organization."""
    done = await call.services.isolating.isolate(call.actor, call.path["organization_id"], Wish(keeps_content=asked.keeps_content))
    return IsolationShown(
        id=done.organization.id,
        database=done.place,
        content_key=done.organization.content_key,
        keeps_content=done.organization.keeps_content,
        policies=done.policies,
        rows_moved=sum(done.moved.values()),
        rows_deleted=done.deleted,
        rewritten=done.cleared,
    )


async def step(call: Call, _: Nothing) -> IsolationStep:
    """Tell how far the isolation of an organization is."""
    organization = await call.services.offices.registry.one(call.path["organization_id"])
    at = call.services.isolating.step(organization.id)
    return IsolationStep(id=organization.id, step=None if at is None else at.value)


async def erase(call: Call, _: EraseOrganization) -> ErasedShown:
    """Erase an organization."""
    done = await call.services.erasing.erase(call.actor, call.path["organization_id"])
    return ErasedShown(id=done.organization.id, rows=done.rows, database=done.place, rewritten=done.cleared)


OPERATOR_OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/organizations/{organization_id}/isolate",
        name="organizations.isolate",
        summary="Give an organization a database of its own, and move there what is its own",
        action=Action.ORGANIZATION_ISOLATE,
        handler=isolate,
        asked=IsolateOrganization,
        answer=IsolationShown,
    ),
    Operation(
        method="GET",
        path="/v1/organizations/{organization_id}/isolate",
        name="organizations.isolation",
        summary="Tell how far the isolation of an organization is that runs in this gateway",
        action=Action.ORGANIZATION_ISOLATE,
        handler=step,
        answer=IsolationStep,
    ),
    Operation(
        method="POST",
        path="/v1/organizations/{organization_id}/erase",
        name="organizations.erase",
        summary="Erase an organization: its keys, its data, its database; the audit log alone tells of it",
        action=Action.ORGANIZATION_ERASE,
        handler=erase,
        asked=EraseOrganization,
        answer=ErasedShown,
    ),
)
