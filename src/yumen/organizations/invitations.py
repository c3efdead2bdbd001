"""Invitations: into an organization, or to sign up where only the invited may."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.audit import Actor
from yumen.organizations.acts import one, refuse, writing
from yumen.organizations.codes import new_token, opens, seal
from yumen.organizations.faults import AlreadyDecided, AlreadyMember, WrongCode, WrongPassword
from yumen.organizations.founding import join
from yumen.organizations.rows import SealedInvite
from yumen.organizations.rules import email_fault, invite_status, name_fault, password_fault, role_fault, tidy_email
from yumen.organizations.tools import guessing
from yumen.organizations.values import (
    INVITE_PREFIX,
    NEW_ORGANIZATION,
    USER_PREFIX,
    Account,
    Invitation,
    Invite,
    Invited,
    InviteStatus,
    Member,
    Organization,
    Person,
    Role,
    User,
)

if TYPE_CHECKING:
    from yumen.organizations.acts import Writing
    from yumen.organizations.store import Reading
    from yumen.organizations.tools import Tools

LIFE_US = 21 * 86_400 * 1_000_000
"""As long as Claude's invitations."""
DOT = "."
status_of = invite_status


class Invitations:
    """Makes, shows, takes back and accepts invitations."""

    def __init__(self, tools: Tools) -> None:
        """Work with those."""
        self._tools = tools

    async def create(self, actor: Actor, organization_id: str, email: str, role: Role) -> Invited:
        """Invite somebody by mail; where no mail can be sent the token is shown. Raises NotFound, InvalidRequest, AlreadyMember.

        `NEW_ORGANIZATION` as the organization invites to sign up with an organization of one's own.
        """
        email = tidy_email(email)
        refuse(email_fault(email) or role_fault(role))
        async with writing(self._tools.store, self._tools.clock, actor) as work:
            name = await self._name(work, organization_id, email)
            identifier = self._tools.clock.new_id(INVITE_PREFIX)
            token = identifier + DOT + new_token()
            sealed = SealedInvite(
                id=identifier,
                organization_id=organization_id,
                email=email,
                role=role,
                invited_by=actor.name,
                created_us=work.now_us,
                expires_us=work.now_us + LIFE_US,
                code_hash=seal(token),
            )
            await work.made(sealed, "invite.create", (identifier, owner_of(sealed)))
        invite = sealed.open()
        sent = await self._tools.post.mail(email, self._tools.letters.invitation(invite, name, token))
        return Invited(invite, None if sent else token)

    @property
    def by_mail(self) -> bool:
        """Whether invitations go out by mail, so that whoever accepts one has proved the address."""
        return self._tools.post.has_mailer

    async def every(self, organization_id: str) -> list[Invite]:
        """Return all invitations that were not taken back, the newest first."""
        async with self._tools.store.reading() as records:
            return (await records.find(Invite, organization_id=organization_id, deleted_us=None))[::-1]

    async def one(self, organization_id: str, invite_id: str) -> Invite:
        """Return an invitation. Raises NotFound."""
        async with self._tools.store.reading() as records:
            return await one(records, Invite, id=invite_id, organization_id=organization_id)

    async def look(self, token: str) -> Invitation:
        """Return what the token of an invitation opens, to whoever has it. Raises WrongCode (unknown, used, taken back, expired)."""
        async with self._tools.store.reading() as records:
            invite = (await opened(records, token, self._tools.clock.now_us())).open()
            named = await records.find(Organization, id=invite.organization_id)
            known = await records.find(User, email=invite.email)
        return Invitation(invite, named[0].name if named else None, has_account=bool(known))

    async def delete(self, actor: Actor, organization_id: str, invite_id: str) -> Invite:
        """Take an invitation back. Raises NotFound, or AlreadyDecided where it was accepted."""
        async with writing(self._tools.store, self._tools.clock, actor) as work:
            old = await one(work.records, Invite, id=invite_id, organization_id=organization_id)
            refuse(AlreadyDecided if old.accepted_us is not None else None)
            new = msgspec.structs.replace(old, deleted_us=old.deleted_us or work.now_us)
            return await work.changed((old, new), "invite.delete", (invite_id, owner_of(old)))

    async def accept(self, token: str, name: str, password: str, caller: str) -> Person:
        """Become a member: a new user with that name and password, or the one who has this address and proves it by the password.

        Raises WrongCode (unknown, used, taken back, expired), WrongPassword, WeakPassword or TooManyTries.
        """
        async with self._tools.store.reading() as records:
            invite = await opened(records, token, self._tools.clock.now_us())
            refuse(WrongCode if invite.organization_id == NEW_ORGANIZATION else None)
            known = await records.find(Account, email=invite.email)
        password_hash = await self._proof(known, name, password, (invite.email, caller))
        now_us = self._tools.clock.now_us()
        user = known[0] if known else newcomer(self._tools.clock.new_id(USER_PREFIX), invite.email, name, now_us, password_hash)
        async with writing(self._tools.store, self._tools.clock, Actor(f"user:{user.id}", caller)) as work:
            invite = await opened(work.records, token, work.now_us)
            if not known:
                refuse(WrongCode if await work.records.find(User, email=invite.email) else None)
                await work.made(user, "user.create", (user.id, invite.organization_id))
            return await self._enter(work, invite, user)

    async def join(self, actor: Actor, token: str, user_id: str) -> Person:
        """Let whoever is signed in with the invited address become a member; the session proves who it is.

        Raises WrongCode (unknown, used, taken back, expired, or for another address) or AlreadyMember.
        """
        async with writing(self._tools.store, self._tools.clock, actor) as work:
            invite = await opened(work.records, token, work.now_us)
            user = await one(work.records, User, id=user_id)
            foreign = invite.organization_id == NEW_ORGANIZATION or invite.email != user.email
            refuse(WrongCode if foreign else None)
            return await self._enter(work, invite, user)

    async def _enter(self, work: Writing, invite: SealedInvite, user: User) -> Person:
        """Make a member of somebody and use the invitation up."""
        there = await work.records.find(Member, organization_id=invite.organization_id, user_id=user.id)
        refuse(AlreadyMember if there else None)
        await use(work, invite)
        member = await join(work, invite.organization_id, user.id, invite.role)
        return Person(await one(work.records, User, id=user.id), member)

    async def _name(self, work: Writing, organization_id: str, email: str) -> str:
        """Return what the invited is told of where to. Raises NotFound or AlreadyMember."""
        known = await work.records.find(User, email=email)
        if organization_id == NEW_ORGANIZATION:
            refuse(AlreadyMember if known else None)
            return "Yumen"
        organization = await one(work.records, Organization, id=organization_id)
        if known:
            there = await work.records.find(Member, organization_id=organization_id, user_id=known[0].id)
            refuse(AlreadyMember if there else None)
        return organization.name

    async def _proof(self, known: list[Account], name: str, password: str, who: tuple[str, str]) -> str:
        """Return the hash of a newcomer's password, or hold a known user to the one that is there."""
        charged = await self._tools.attempts.charge(guessing(*who))
        if not known:
            refuse(name_fault(name) or password_fault(password))
            await self._tools.attempts.give_back(charged)
            return await self._tools.passwords.hash(password)
        if known[0].disabled_us is not None or not await self._tools.passwords.fits(password, known[0].password_hash):
            raise WrongPassword
        await self._tools.attempts.give_back(charged)
        return ""


def newcomer(identifier: str, email: str, name: str, now_us: int, password_hash: str) -> Account:
    """Return a user who was not there before."""
    return Account(
        id=identifier, email=email, name=name.strip(), phone=None, operator=False, created_us=now_us, password_hash=password_hash
    )


def owner_of(invite: Invite) -> str | None:
    """Return whose matter an invitation is."""
    return None if invite.organization_id == NEW_ORGANIZATION else invite.organization_id


async def opened(records: Reading, token: str, now_us: int) -> SealedInvite:
    """Return the living invitation that a token opens. Raises WrongCode."""
    found = await records.find(SealedInvite, id=token.partition(DOT)[0])
    if not found or not opens(found[0].code_hash, token) or invite_status(found[0], now_us) is not InviteStatus.PENDING:
        raise WrongCode
    return found[0]


async def use(work: Writing, invite: SealedInvite) -> None:
    """Write down that an invitation was accepted."""
    used = msgspec.structs.replace(invite, accepted_us=work.now_us)
    await work.changed((invite, used), "invite.accept", (invite.id, owner_of(invite)))
