"""Model aliases: the organization's own names for models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from yumen.console.api.fields import time_or_none
from yumen.console.api.operation import Nothing, Operation
from yumen.console.api.pages import ById, IdPage, page_by_id
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from yumen.console.api.call import Call
    from yumen.routes.aliases import Alias

ALL = "/v1/organizations/model_aliases"
ONE = f"{ALL}/{{model_alias}}"

AliasName = Annotated[str, msgspec.Meta(pattern="^[0-9A-Za-z][0-9A-Za-z._:@-]{0,99}$")]
ModelName = Annotated[str, msgspec.Meta(pattern="^[0-9A-Za-z][0-9A-Za-z._:@/+-]{0,199}$")]


class AliasShown(msgspec.Struct, frozen=True, kw_only=True):
    """An alias."""

    id: str
    """The name that callers ask for."""
    type: Literal["model_alias"] = "model_alias"
    model: str
    """The model that is asked in its place."""
    created_at: str | None


class SetAlias(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name, and the model that it shall mean from now on."""

    id: AliasName
    model: ModelName
    shadow: bool = False
    """Whether it may hide a model that still answers."""


class AliasDeleted(msgspec.Struct, frozen=True, kw_only=True):
    """What was deleted."""

    id: str
    type: Literal["model_alias_deleted"] = "model_alias_deleted"


def shown(alias: Alias) -> AliasShown:
    """Show an alias."""
    return AliasShown(id=alias.alias, model=alias.model, created_at=time_or_none(alias.created_us))


async def every(call: Call, asked: ById) -> IdPage[AliasShown]:
    """List aliases."""
    return page_by_id([shown(each) for each in await call.services.offices.model_aliases.every(call.organization_id)], asked)


async def one(call: Call, _: Nothing) -> AliasShown:
    """Show an alias."""
    return shown(await call.services.offices.model_aliases.one(call.organization_id, call.path["model_alias"]))


async def put(call: Call, asked: SetAlias) -> AliasShown:
    """Set an alias."""
    wanted = (call.organization_id, asked.id, asked.model)
    return shown(await call.services.offices.model_aliases.put(call.actor, wanted, shadow=asked.shadow))


async def remove(call: Call, _: Nothing) -> AliasDeleted:
    """Delete an alias."""
    gone = await call.services.offices.model_aliases.remove(call.actor, call.organization_id, call.path["model_alias"])
    return AliasDeleted(id=gone.alias)


OPERATIONS = (
    Operation(
        method="GET",
        path=ALL,
        name="model_aliases.list",
        summary="List the organization's model aliases",
        action=Action.MODEL_ALIAS_READ,
        handler=every,
        asked=ById,
        answer=IdPage[AliasShown],
    ),
    Operation(
        method="POST",
        path=ALL,
        name="model_aliases.set",
        summary="Let a name mean a model; running gateways follow within a second",
        action=Action.MODEL_ALIAS_UPDATE,
        handler=put,
        asked=SetAlias,
        answer=AliasShown,
    ),
    Operation(
        method="GET",
        path=ONE,
        name="model_aliases.retrieve",
        summary="Show a model alias",
        action=Action.MODEL_ALIAS_READ,
        handler=one,
        answer=AliasShown,
    ),
    Operation(
        method="DELETE",
        path=ONE,
        name="model_aliases.delete",
        summary="Let a name mean itself again",
        action=Action.MODEL_ALIAS_UPDATE,
        handler=remove,
        answer=AliasDeleted,
    ),
)
