"""Signing in: an address and a password, and a code where there is a second factor, for a short-lived admin key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.audit import Actor
from yumen.errors import OperatorError
from yumen.keys import KeyIssuer, KeyOrder
from yumen.organizations.acts import one, refuse
from yumen.organizations.faults import ClosedAccount, SignInOver, SuspendedOrganization, Unknown, WrongCode, WrongPassword
from yumen.organizations.held_keys import SESSION
from yumen.organizations.pending import PendingSteps, proof_of
from yumen.organizations.rows import SessionRow
from yumen.organizations.rules import tidy_email
from yumen.organizations.tools import guessing
from yumen.organizations.values import DEFAULT_ORGANIZATION, Account, Member, Organization, Role, SecondStep, SignedIn, User

if TYPE_CHECKING:
    from yumen.keys import KeyRecord, KeyStore
    from yumen.organizations.oneself import Oneself
    from yumen.organizations.second_factor import SecondFactors
    from yumen.organizations.store import Reading
    from yumen.organizations.tools import Tools

SESSION_US = 12 * 3600 * 1_000_000


class SignIn:
    """Opens and closes sessions. Guessing is limited for each address and each caller."""

    def __init__(self, tools: Tools, keys: KeyStore, second_factors: SecondFactors) -> None:
        """Work with those; sessions are keys in that store."""
        self._tools = tools
        self._keys = keys
        self._second_factors = second_factors
        self._pending = PendingSteps(tools.sealer, tools.clock)

    async def open(self, email: str, password: str, caller: str, organization_id: str | None = None) -> SignedIn | SecondStep:
        """Open a session of twelve hours in an organization.

        None: the one that the user joined first and that is not suspended; an operator: the default one.
        With a second factor the password alone gives what `confirm` takes. Raises WrongPassword (the same for an unknown address),
        SuspendedOrganization or TooManyTries.
        """
        email = tidy_email(email)
        charged = await self._tools.attempts.charge(guessing(email, caller))
        account, place = await self._look_up({"email": email}, organization_id)
        fits = await self._tools.passwords.fits(password, None if account is None else account.password_hash)
        if not fits or account is None or place is None:
            raise WrongPassword
        await self._tools.attempts.give_back(charged)
        return await self._go_on(account, place, caller, organization_id)

    async def confirm(self, token: str, text: str, caller: str) -> SignedIn:
        """Open the session by a code of the second factor, or a recovery code.

        Raises SignInOver, WrongCode, SuspendedOrganization or TooManyTries.
        """
        pending = await self._pending.open(token)
        account, place = await self._look_up({"id": pending.user_id}, pending.organization_id)
        if account is None or place is None or proof_of(account) != pending.proof:
            raise SignInOver
        if not await self._second_factors.takes(Actor(f"user:{account.id}", caller), account.id, text):
            raise WrongCode
        return await self._issue(account, place, caller)

    async def vouched(self, user_id: str, caller: str) -> SignedIn | SecondStep:
        """Open a session for somebody whom another one vouches for, in the place of the password. Raises ClosedAccount."""
        account, place = await self._look_up({"id": user_id}, None)
        if account is None or place is None:
            raise ClosedAccount
        return await self._go_on(account, place, caller, None)

    async def _go_on(self, account: Account, place: Member, caller: str, organization_id: str | None) -> SignedIn | SecondStep:
        """Open the session, or ask whoever has a second factor for its code first, however the first step was passed."""
        if (await self._second_factors.state(account.id)).since_us is not None:
            return await self._pending.make(account, organization_id)
        return await self._issue(account, place, caller)

    async def change_over(self, me: Oneself, organization_id: str) -> SignedIn:
        """Go on in another organization: a new session there, which ends when this one would have, and this one ends now.

        Raises NotFound where that person cannot work there, or SuspendedOrganization.
        """
        old = (await self._keys.find([me.key_id])).get(me.key_id)
        account, place = await self._look_up({"id": me.user_id}, organization_id)
        if old is None or not is_session(old) or account is None or place is None:
            raise Unknown
        left_us = (old.expires_at_us or 0) - self._tools.clock.now_us()
        session = await self._issue(account, place, me.actor.address, left_us)
        await KeyIssuer(self._keys, self._tools.clock, me.actor).revoke(old)
        return session

    async def close(self, actor: Actor, key_id: str) -> None:
        """Revoke a session's key. Raises NotFound."""
        record = (await self._keys.find([key_id])).get(key_id)
        if record is None or record.role is None:
            raise Unknown
        await KeyIssuer(self._keys, self._tools.clock, actor).revoke(record)

    async def _look_up(self, who: dict[str, str], organization_id: str | None) -> tuple[Account | None, Member | None]:
        """Return who has an address or id, and where that person signs in."""
        async with self._tools.store.reading() as records:
            account = next(iter(await records.find(Account, **who)), None)
            places = await records.find(Member, user_id=account.id if account else "")
            if organization_id is None:
                places = await working(records, places) or places
        if account is None or account.disabled_us is not None:
            return account, None
        return account, place_of(account, places, organization_id)

    async def _issue(self, account: Account, place: Member, caller: str, life_us: int = SESSION_US) -> SignedIn:
        async with self._tools.store.reading() as records:
            suspended = (await one(records, Organization, id=place.organization_id)).suspended_us is not None
        refuse(SuspendedOrganization if suspended else None)  # its keys are refused, a session's too
        issuer = KeyIssuer(self._keys, self._tools.clock, Actor(f"user:{account.id}", caller))
        order = KeyOrder(
            SESSION,
            lifetime_us=life_us,
            user_id=account.id,
            created_by=account.id,
            role=place.role,
            organization_id=place.organization_id,
        )
        try:
            issued = await issuer.create(order)
        except OperatorError:  # the member is gone
            raise WrongPassword from None
        record = issued.record
        # Whoever was removed, or got another password, while this one was verified must not have a session; from now on it is lost then.
        now, where = await self._look_up({"id": account.id}, place.organization_id)
        if where != place or now is None or now.password_hash != account.password_hash:
            await issuer.revoke(record)
            raise WrongPassword
        expires_us = record.expires_at_us or record.created_at_us + life_us
        await self._write_down(SessionRow(record.key_id, caller, record.created_at_us, expires_us))
        user = User(**{name: getattr(account, name) for name in User.__struct_fields__})
        return SignedIn(issued.text, record.key_id, expires_us, user, place.organization_id, place.role)

    async def _write_down(self, session: SessionRow) -> None:
        """Remember where a session was opened from, and forget those that are over."""
        async with self._tools.store.writing(quietly=True) as records:
            await records.forget(SessionRow, "expires_us", self._tools.clock.now_us())
            await records.add(session)


def is_session(record: KeyRecord) -> bool:
    """Whether a key is a session's: it ends after hours, as it should."""
    return record.role is not None and record.user_id is not None and record.name == SESSION


async def working(records: Reading, places: list[Member]) -> list[Member]:
    """Return the memberships in organizations that are not suspended."""
    found = await records.find(Organization, id=tuple(place.organization_id for place in places))
    going = {one.id for one in found if one.suspended_us is None}
    return [place for place in places if place.organization_id in going]


def place_of(user: User, places: list[Member], organization_id: str | None) -> Member | None:
    """Return where somebody signs in, and as what; None: nowhere. An operator is one wherever no membership is asked for."""
    if user.operator and organization_id in (None, DEFAULT_ORGANIZATION):
        return Member(DEFAULT_ORGANIZATION, user.id, Role.OPERATOR, 0)
    fitting = [place for place in places if organization_id in (None, place.organization_id)]
    return min(fitting, key=lambda place: (place.created_us, place.organization_id), default=None)
