"""Signing in by another's word: whoever an OpenID provider says somebody is, is found, linked or let in as the operator has set it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.audit import Actor
from yumen.organizations.acts import one, writing
from yumen.organizations.faults import NoAccountHere, UnprovedAddress
from yumen.organizations.founding import join
from yumen.organizations.rows import Identity
from yumen.organizations.rules import email_fault, tidy_email
from yumen.organizations.values import USER_PREFIX, Account, Member, Organization, Role, User

if TYPE_CHECKING:
    from yumen.organizations.acts import Writing
    from yumen.organizations.sign_in import SignIn
    from yumen.organizations.tools import Tools
    from yumen.organizations.values import SignedIn


class Vouched(msgspec.Struct, frozen=True):
    """Whom a provider says somebody is. `issuer` and `subject` together never change; the address may."""

    issuer: str
    subject: str
    email: str
    proved: bool
    """Whether the provider says that the address is that person's."""
    name: str


class Newcomers(msgspec.Struct, frozen=True):
    """Who may come in that has no account: none without both an organization and domains."""

    organization_id: str | None = None
    role: Role = Role.VIEWER
    domains: tuple[str, ...] = ()

    def admit(self, email: str) -> bool:
        """Whether somebody with that address may."""
        return self.organization_id is not None and email.rpartition("@")[2] in {domain.lower() for domain in self.domains}


class SingleSignOn:
    """Opens sessions for those whom a provider vouches for."""

    def __init__(self, tools: Tools, sign_in: SignIn) -> None:
        """Work with those."""
        self._tools = tools
        self._sign_in = sign_in

    async def open(self, vouched: Vouched, newcomers: Newcomers, caller: str) -> SignedIn:
        """Open a session for somebody, by the identity that is known, else by the proved address, else as a newcomer.

        The provider's second factor stands for ours. Raises UnprovedAddress, NoAccountHere, or WrongPassword where the account is closed.
        """
        async with self._tools.store.reading() as records:
            known = await records.find(Identity, issuer=vouched.issuer, subject=vouched.subject)
        user_id = known[0].user_id if known else await self._link(vouched, newcomers, caller)
        return await self._sign_in.open_for(user_id, caller)

    async def _link(self, vouched: Vouched, newcomers: Newcomers, caller: str) -> str:
        """Tie an identity that was not seen before to an account, and return whose it is."""
        email = tidy_email(vouched.email)
        if not vouched.proved or email_fault(email):
            raise UnprovedAddress
        async with writing(self._tools.store, self._tools.clock, Actor(vouched.issuer, caller)) as work:
            # Somebody else may have been faster: two windows, one person.
            known = await work.records.find(Identity, issuer=vouched.issuer, subject=vouched.subject)
            if known:
                return known[0].user_id
            accounts = await work.records.find(User, email=email)
            user_id = accounts[0].id if accounts else await self._welcome(work, (email, vouched.name), newcomers)
            identity = Identity(vouched.issuer, vouched.subject, user_id, work.now_us)
            await work.made(identity, "identity.create", (user_id, None))
        return user_id

    async def _welcome(self, work: Writing, who: tuple[str, str], newcomers: Newcomers) -> str:
        """Make an account without a password, and a member of the newcomers' organization."""
        email, name = who
        if not newcomers.admit(email) or newcomers.organization_id is None:
            raise NoAccountHere
        home = await one(work.records, Organization, NoAccountHere, id=newcomers.organization_id)
        account = Account(
            id=self._tools.clock.new_id(USER_PREFIX),
            email=email,
            name=name.strip()[:200] or email,
            phone=None,
            operator=False,
            created_us=work.now_us,
        )
        await work.made(account, "user.create", (account.id, home.id))
        if not await work.records.find(Member, organization_id=home.id, user_id=account.id):
            await join(work, home.id, account.id, newcomers.role)
        return account.id
