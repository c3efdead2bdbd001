"""Signing in by another's word: whoever an OpenID provider says somebody is, is found, linked or let in as the operator has set it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.audit import Actor
from yumen.organizations.acts import one, refuse, writing
from yumen.organizations.faults import NoAccountHere, OnlyWay, UnprovedAddress
from yumen.organizations.founding import join
from yumen.organizations.oneself import home_of
from yumen.organizations.rows import Identity
from yumen.organizations.rules import email_fault, tidy_email
from yumen.organizations.slips import Slips
from yumen.organizations.tools import vouching
from yumen.organizations.values import USER_PREFIX, Account, Member, Organization, Role, Unproved

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from yumen.organizations.acts import Writing
    from yumen.organizations.oneself import Oneself
    from yumen.organizations.sign_in import SignIn
    from yumen.organizations.tools import Tools
    from yumen.organizations.values import SecondStep, SignedIn

CONTEXT = b"single sign-on first time"
LIFE_US = 600_000_000
"""As long as a password, and a code after it, may take."""


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


class Tie(msgspec.Struct, frozen=True, array_like=True):
    """An identity that is to be tied to an account, once that account's owner has signed in."""

    issuer: str
    subject: str
    user_id: str
    until_us: int


class SingleSignOn:
    """Opens sessions for those whom a provider vouches for."""

    def __init__(self, tools: Tools, sign_in: SignIn) -> None:
        """Work with those."""
        self._tools = tools
        self._sign_in = sign_in
        self._slips = Slips(Tie, CONTEXT, tools.sealer, tools.clock)

    async def asked(self, caller: str, asking: Callable[[], Awaitable[Vouched]]) -> Vouched:
        """Ask a provider for its word; what comes to nothing is counted. Raises TooManyTries, and what the asking raises."""
        charged = await self._tools.attempts.charge(vouching(caller))
        vouched = await asking()
        await self._tools.attempts.give_back(charged)
        return vouched

    async def open(self, vouched: Vouched, newcomers: Newcomers, caller: str) -> SignedIn | SecondStep | Unproved:
        """Open a session for somebody, by the identity that is known, else by the proved address, else as a newcomer.

        The provider's word stands for the password alone: whoever has a second factor here is asked for it. An account with a password, and
        an operator's, is not tied by its address: whoever made it need not be whom the provider means. Its password is asked for once.
        Raises UnprovedAddress, NoAccountHere, or ClosedAccount.
        """
        async with self._tools.store.reading() as records:
            known = await records.find(Identity, issuer=vouched.issuer, subject=vouched.subject)
        found = known[0].user_id if known else await self._link(vouched, newcomers, caller)
        return found if isinstance(found, Unproved) else await self._sign_in.vouched(found, caller)

    async def tie(self, token: str, user_id: str, caller: str) -> bool:
        """Tie an account to the provider that vouched for it, now that its owner is signed in; return whether it is this account's.

        Raises SignInOver where too much time has passed.
        """
        slip = await self._slips.open(token)
        if slip.user_id != user_id:
            return False
        async with writing(self._tools.store, self._tools.clock, Actor(f"user:{user_id}", caller)) as work:
            if not await work.records.find(Identity, issuer=slip.issuer, subject=slip.subject):
                await tied(work, Identity(slip.issuer, slip.subject, user_id, work.now_us))
        return True

    async def identities(self, user_id: str) -> list[Identity]:
        """Return by which providers somebody can sign in, the first one first."""
        async with self._tools.store.reading() as records:
            found = await records.find(Identity, user_id=user_id)
        return sorted(found, key=lambda each: each.created_us)

    async def untie(self, me: Oneself, issuer: str, subject: str) -> None:
        """Take one of one's own identities away. Raises NotFound, or OnlyWay where nothing else would open the account."""
        async with writing(self._tools.store, self._tools.clock, me.actor) as work:
            old = await one(work.records, Identity, issuer=issuer, subject=subject, user_id=me.user_id)
            others = len(await work.records.find(Identity, user_id=me.user_id)) > 1
            account = await one(work.records, Account, id=me.user_id)
            refuse(None if others or account.password_hash is not None else OnlyWay)
            await work.removed(old, "identity.delete", (me.user_id, me.organization_id))

    async def _link(self, vouched: Vouched, newcomers: Newcomers, caller: str) -> str | Unproved:
        """Tie an identity that was not seen before to an account and return whose it is, or what must be proved before."""
        email = tidy_email(vouched.email)
        if not vouched.proved or email_fault(email):
            raise UnprovedAddress
        async with writing(self._tools.store, self._tools.clock, Actor(vouched.issuer, caller)) as work:
            # Somebody else may have been faster: two windows, one person.
            known = await work.records.find(Identity, issuer=vouched.issuer, subject=vouched.subject)
            if known:
                return known[0].user_id
            accounts = await work.records.find(Account, email=email)
            if accounts and (accounts[0].operator or accounts[0].password_hash is not None):
                slip = Tie(vouched.issuer, vouched.subject, accounts[0].id, work.now_us + LIFE_US)
                return Unproved(await self._slips.make(slip), email, accounts[0].id)
            user_id = accounts[0].id if accounts else await self._welcome(work, (email, vouched.name), newcomers)
            await tied(work, Identity(vouched.issuer, vouched.subject, user_id, work.now_us))
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


async def tied(work: Writing, identity: Identity) -> None:
    """Write down that somebody can sign in by a provider."""
    await work.made(identity, "identity.create", (identity.user_id, await home_of(work.records, identity.user_id)))
