"""Content policies: the organization's own in their versions, and the operator's that it may be under."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from yumen.console.api.fields import time_or_none
from yumen.console.api.identifiers import pattern_of
from yumen.console.api.operation import Nothing, Operation
from yumen.console.api.pages import ById, IdPage, page_by_id
from yumen.errors import Forbidden, InvalidRequest
from yumen.keys.values import Role
from yumen.organizations.faults import UnknownPolicy
from yumen.organizations.permissions import Action
from yumen.policy.document import policy_of
from yumen.policy.stored import fields_of, from_store
from yumen.policy.trying import Tried, try_body, try_text
from yumen.policy.values import Mode, On

if TYPE_CHECKING:
    from yumen.console.api.call import Call
    from yumen.policy.values import Policy, StoredPolicy

ALL = "/v1/organizations/policies"
ONE = f"{ALL}/{{policy}}"
TESTS = "/v1/organizations/policy_tests"
"""Beside the policies, not below them: any name may be a policy's."""
FILE = "/v1/organizations/policy_file"

PolicyName = Annotated[str, msgspec.Meta(pattern="^[a-z0-9][a-z0-9._-]{0,63}$")]
PolicyMeant = Annotated[str, msgspec.Meta(pattern=pattern_of("policy"))]
"""A policy's name, or its id: the operator's is behind an own one of the same name."""
Version = Annotated[int, msgspec.Meta(ge=1)]


class PolicyShown(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a policy."""

    id: str
    type: Literal["policy"] = "policy"
    name: str
    version: int
    operators: bool
    """Whether it is the operator's, and so not this organization's to change."""
    document: dict[str, Any] | None
    """Its rules; null where it is the operator's and the caller is not, or where what is stored cannot be read."""
    created_at: str | None
    created_by: str | None
    """Who stored it; null where its rules are not shown either."""


class AddPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A policy, as its TOML file would say it in JSON; one of a name that is there becomes its newest version."""

    document: dict[str, Any]
    for_everybody: bool = False
    """Whether it shall be the operator's own, for any organization; the operator's to say."""


class DeletePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose."""

    for_everybody: bool = False
    """Whether the operator's own is meant; the operator's to say."""


class PolicyDeleted(msgspec.Struct, frozen=True, kw_only=True):
    """What was deleted, with all its versions."""

    id: str
    type: Literal["policy_deleted"] = "policy_deleted"
    name: str


class PolicyFileShown(msgspec.Struct, frozen=True, kw_only=True):
    """The operator's file, which every request of the gateway is under."""

    type: Literal["policy_file"] = "policy_file"
    name: str | None
    """Null: there is none."""
    description: str
    description_zh: str
    mode: Mode
    rules: int
    document: dict[str, Any] | None
    """Its rules; null where there is none, or the caller is not the operator."""


class AskPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which version."""

    version: Version | None = None
    """Without it, the newest."""


class TryPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a policy shall be tried out on: a text, or a JSON body. Nothing of it is kept."""

    document: dict[str, Any] | None = None
    """A policy that is not stored; without it, the stored one of that name or id."""
    name: PolicyMeant | None = None
    text: str | None = None
    body: str | None = None
    """The JSON body of a request, or of an answer, as text."""
    answer: bool = False
    """Whether it is looked at as Claude's answer."""


def shown(call: Call, policy: StoredPolicy) -> PolicyShown:
    """Show a policy, its rules to whom it belongs."""
    open_to = policy.organization_id is not None or call.caller.role is Role.OPERATOR
    return PolicyShown(
        id=policy.id,
        name=policy.name,
        version=policy.version,
        operators=policy.organization_id is None,
        document=fields_of(policy.document) if open_to else None,
        created_at=time_or_none(policy.created_us),
        created_by=policy.created_by if open_to else None,
    )


async def every(call: Call, asked: ById) -> IdPage[PolicyShown]:
    """List the newest versions."""
    found = await call.services.offices.policies.every(call.organization_id)
    return page_by_id([shown(call, each) for each in found], asked)


async def one(call: Call, asked: AskPolicy) -> PolicyShown:
    """Show a version."""
    return shown(call, await stored(call, call.path["policy"], asked.version))


async def versions(call: Call, _: Nothing) -> list[PolicyShown]:
    """List the versions."""
    found = await call.services.offices.policies.versions(call.path["policy"], call.organization_id)
    return [shown(call, each) for each in found]


async def add(call: Call, asked: AddPolicy) -> PolicyShown:
    """Store a policy."""
    owner, within = whose(call, for_everybody=asked.for_everybody)
    policy = await asyncio.to_thread(policy_of, asked.document, place="document")
    return shown(call, await call.services.offices.policies.add(call.actor, policy, owner, within_plan=within))


async def file(call: Call, _: Nothing) -> PolicyFileShown:
    """Show the operator's file."""
    policy = call.services.policy_file
    open_to = policy is not None and call.caller.role is Role.OPERATOR
    return PolicyFileShown(
        name=None if policy is None else policy.name,
        description="" if policy is None else policy.description,
        description_zh="" if policy is None else policy.description_zh,
        mode=Mode.ENFORCE if policy is None else policy.mode,
        rules=0 if policy is None else len(policy.rules),
        document=msgspec.to_builtins(policy) if open_to else None,
    )


async def delete(call: Call, asked: DeletePolicy) -> PolicyDeleted:
    """Delete a policy."""
    owner, within = whose(call, for_everybody=asked.for_everybody)
    gone = await call.services.offices.policies.delete(call.actor, call.path["policy"], owner, within_plan=within)
    return PolicyDeleted(id=gone.id, name=gone.name)


def whose(call: Call, *, for_everybody: bool) -> tuple[str | None, bool]:
    """Return whose policy is changed (None: the operator's), and whether the plan must have policies. Raises Forbidden."""
    operator = call.caller.role is Role.OPERATOR
    if for_everybody and not operator:
        raise Forbidden("for_everybody: only the role operator changes policies that are for all organizations")
    return (None if for_everybody else call.organization_id), not operator


async def try_out(call: Call, asked: TryPolicy) -> Tried:
    """Try a policy out."""
    if (asked.text is None) == (asked.body is None):
        raise InvalidRequest("text: exactly one of text and body must be given")
    policy = await policy_meant(call, asked.document, asked.name)
    on = On.ANSWER if asked.answer else On.REQUEST
    if asked.text is not None:
        return await asyncio.to_thread(try_text, policy, asked.text, on)
    return await asyncio.to_thread(try_body, policy, (asked.body or "").encode(), on)


async def policy_meant(call: Call, document: dict[str, Any] | None, name: str | None) -> Policy:
    """Return the policy that is to be tried out: one that is not stored, or the stored one of a name. Raises InvalidRequest, Forbidden."""
    if (document is None) == (name is None):
        raise InvalidRequest("document: exactly one of document and name must be given")
    if document is not None:
        return await asyncio.to_thread(policy_of, document, place="document")
    found = await stored(call, name or "", None)
    if found.organization_id is None and call.caller.role is not Role.OPERATOR:
        raise Forbidden("name: only the role operator tries the operator's policies out")
    return from_store(found.document)


async def stored(call: Call, name: str, version: int | None) -> StoredPolicy:
    """Return a version of the policy that a name means to the organization. Raises UnknownPolicy."""
    found = await call.services.offices.policies.versions(name, call.organization_id)
    wanted = [each for each in found if version in (None, each.version)]
    if not wanted:
        raise UnknownPolicy
    return wanted[0]


OPERATIONS = (
    Operation(
        method="GET",
        path=ALL,
        name="policies.list",
        summary="List the organization's content policies, and the operator's",
        action=Action.POLICY_READ,
        handler=every,
        asked=ById,
        answer=IdPage[PolicyShown],
    ),
    Operation(
        method="POST",
        path=ALL,
        name="policies.create",
        summary="Store a content policy, or a new version of it",
        action=Action.POLICY_UPDATE,
        handler=add,
        asked=AddPolicy,
        answer=PolicyShown,
    ),
    Operation(
        method="POST",
        path=TESTS,
        name="policies.test",
        summary="Try a content policy out: what hits where, and what would be sent",
        action=Action.POLICY_READ,
        handler=try_out,
        asked=TryPolicy,
        answer=Tried,
    ),
    Operation(
        method="GET",
        path=FILE,
        name="policy_file.retrieve",
        summary="Show the operator's policy file, which everything is under",
        action=Action.POLICY_READ,
        handler=file,
        answer=PolicyFileShown,
    ),
    Operation(
        method="GET",
        path=ONE,
        name="policies.retrieve",
        summary="Show a version of a content policy",
        action=Action.POLICY_READ,
        handler=one,
        asked=AskPolicy,
        answer=PolicyShown,
    ),
    Operation(
        method="DELETE",
        path=ONE,
        name="policies.delete",
        summary="Delete a content policy, all its versions; not while something is under it",
        action=Action.POLICY_UPDATE,
        handler=delete,
        asked=DeletePolicy,
        answer=PolicyDeleted,
    ),
    Operation(
        method="GET",
        path=f"{ONE}/versions",
        name="policies.versions.list",
        summary="List the versions of a content policy, the newest first",
        action=Action.POLICY_READ,
        handler=versions,
        answer=list[PolicyShown],
    ),
)
