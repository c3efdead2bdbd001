"""Requests for more: a member asks with a reason, the operator answers in one place, and both are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.limits.values import ScopeKind
from yumen.organizations.acts import one, refuse, writing
from yumen.organizations.faults import AlreadyDecided, Unknown, WrongReason, WrongScope
from yumen.organizations.policies import Attaching, Place, attach
from yumen.organizations.rows import KeyHandle, LimitRow, limit_row
from yumen.organizations.rules import text_fault, wanted_fault
from yumen.organizations.values import REQUEST_PREFIX, IncreaseRequest, Organization, RequestStatus, User, Wanted, Workspace
from yumen.policy.values import Scope as PolicyScope

if TYPE_CHECKING:
    from yumen.audit import Actor
    from yumen.limits.values import Scope
    from yumen.organizations.acts import Writing
    from yumen.organizations.store import Reading
    from yumen.organizations.tools import Tools


class IncreaseRequests:
    """Takes and decides requests for more."""

    def __init__(self, tools: Tools) -> None:
        """Work with those."""
        self._tools = tools

    async def ask(self, actor: Actor, organization_id: str, user_id: str | None, wanted: Wanted, reason: str) -> IncreaseRequest:
        """Ask for more; the operators are told. Raises InvalidRequest (nothing wanted, no reason, a limit of a foreign scope)."""
        refuse(wanted_fault(wanted) or text_fault(reason, WrongReason))
        async with writing(self._tools.store, self._tools.clock, actor) as work:
            organization = await one(work.records, Organization, id=organization_id)
            await check_scopes(work.records, organization_id, wanted)
            asked = IncreaseRequest(
                id=self._tools.clock.new_id(REQUEST_PREFIX),
                organization_id=organization_id,
                user_id=user_id,
                wanted=wanted,
                reason=reason.strip(),
                status=RequestStatus.OPEN,
                answer=None,
                created_us=work.now_us,
            )
            await work.made(asked, "increase_request.create", (asked.id, organization_id))
        await self._tools.post.tell_operators(self._tools.store, self._tools.letters.asked(asked, organization.name))
        return asked

    async def every(self, organization_id: str | None = None, status: RequestStatus | None = None) -> list[IncreaseRequest]:
        """Return requests, of one organization or of all, the newest first."""
        equal = {"organization_id": organization_id, "status": status}
        async with self._tools.store.reading() as records:
            return (await records.find(IncreaseRequest, **{name: value for name, value in equal.items() if value is not None}))[::-1]

    async def one(self, request_id: str, organization_id: str | None = None) -> IncreaseRequest:
        """Return a request. Raises NotFound, for another organization's as well."""
        async with self._tools.store.reading() as records:
            found = await one(records, IncreaseRequest, id=request_id)
        refuse(Unknown if organization_id not in (None, found.organization_id) else None)
        return found

    async def approve(self, actor: Actor, request_id: str, answer: str = "", granted: Wanted | None = None) -> IncreaseRequest:
        """Grant what was asked, or other values; it is in force within a second. Raises NotFound, AlreadyDecided or InvalidRequest."""
        refuse(wanted_fault(granted) if granted is not None else None)
        async with writing(self._tools.store, self._tools.clock, actor) as work:
            request = await open_request(work.records, request_id)
            grant = granted or request.wanted
            await check_scopes(work.records, request.organization_id, grant)
            await put_in_force(work, request.organization_id, grant)
            decided = await decide(work, request, RequestStatus.APPROVED, answer)
        await self._tell(msgspec.structs.replace(decided, wanted=grant))
        return decided

    async def decline(self, actor: Actor, request_id: str, answer: str) -> IncreaseRequest:
        """Decline with an answer. Raises NotFound, AlreadyDecided or InvalidRequest."""
        refuse(text_fault(answer, WrongReason))
        async with writing(self._tools.store, self._tools.clock, actor) as work:
            decided = await decide(work, await open_request(work.records, request_id), RequestStatus.DECLINED, answer)
        await self._tell(decided)
        return decided

    async def _tell(self, request: IncreaseRequest) -> None:
        """Tell both: whoever asked, and the operators."""
        async with self._tools.store.reading() as records:
            organization = await one(records, Organization, id=request.organization_id)
            asking = await records.find(User, id=request.user_id) if request.user_id is not None else []
        letter = self._tools.letters.answered(request, organization.name)
        for user in asking:
            if not user.operator:
                await self._tools.post.mail(user.email, letter)
        await self._tools.post.tell_operators(self._tools.store, letter)


async def open_request(records: Reading, request_id: str) -> IncreaseRequest:
    """Return a request that waits for an answer. Raises NotFound or AlreadyDecided."""
    request = await one(records, IncreaseRequest, id=request_id)
    refuse(AlreadyDecided if request.status is not RequestStatus.OPEN else None)
    return request


async def decide(work: Writing, request: IncreaseRequest, status: RequestStatus, answer: str) -> IncreaseRequest:
    """Write the answer down."""
    decided = msgspec.structs.replace(
        request, status=status, answer=answer.strip() or None, decided_us=work.now_us, decided_by=work.actor.name
    )
    return await work.changed((request, decided), f"increase_request.{status}", (request.id, request.organization_id))


async def put_in_force(work: Writing, organization_id: str, grant: Wanted) -> None:
    """Write the limits, and what else was granted. The operator's word stands above what the plan has. Raises UnknownPolicy."""
    if grant.policy is not None:
        await attach(work, Place(PolicyScope.ORGANIZATION, organization_id, organization_id), Attaching(grant.policy))
    for each in grant.limits:
        await put_limit(work, limit_row(organization_id, each.scope, each.limit))
    old = await one(work.records, Organization, id=organization_id)
    new = msgspec.structs.replace(old, isolated=old.isolated or grant.isolation)
    await work.changed((old, new), "organization.update", (organization_id, organization_id))


async def put_limit(work: Writing, row: LimitRow) -> None:
    """Set a limit, over the one of its kind and place where there is one."""
    place = {"organization_id": row.organization_id, "scope_kind": row.scope_kind, "scope_id": row.scope_id, "kind": row.kind}
    old = await work.records.find(LimitRow, **place)
    if old:
        await work.changed((old[0], row), "limit.update", (row.scope_id, row.organization_id))
    else:
        await work.made(row, "limit.create", (row.scope_id, row.organization_id))


async def check_scopes(records: Reading, organization_id: str, wanted: Wanted) -> None:
    """Raise WrongScope where a limit is asked for what is not the organization's."""
    for each in wanted.limits:
        refuse(None if await is_own(records, organization_id, each.scope) else WrongScope)


async def is_own(records: Reading, organization_id: str, scope: Scope) -> bool:
    """Whether a place is the organization's own."""
    if scope.kind is ScopeKind.ORGANIZATION:
        return scope.id == organization_id
    if scope.kind is ScopeKind.WORKSPACE:
        return bool(await records.find(Workspace, id=scope.id, organization_id=organization_id))
    return scope.kind is ScopeKind.KEY and bool(await records.find(KeyHandle, id=scope.id, organization_id=organization_id))
