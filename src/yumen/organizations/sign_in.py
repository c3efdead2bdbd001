"""Signing in: an address and a password for a short-lived admin key, without a word about which of the two was wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.audit import Actor
from yumen.errors import OperatorError
from yumen.keys import KeyIssuer, KeyOrder
from yumen.organizations.faults import Unknown, WrongPassword
from yumen.organizations.rules import tidy_email
from yumen.organizations.tools import guessing
from yumen.organizations.values import DEFAULT_ORGANIZATION, Account, Member, Role, SignedIn, User

if TYPE_CHECKING:
    from yumen.keys import KeyRecord, KeyStore
    from yumen.organizations.tools import Tools

SESSION_US = 12 * 3600 * 1_000_000
SESSION = "session"
"""The name of a session's key."""


class SignIn:
    """Opens and closes sessions. Guessing is limited for each address and each caller."""

    def __init__(self, tools: Tools, keys: KeyStore) -> None:
        """Work with those; sessions are keys in that store."""
        self._tools = tools
        self._keys = keys

    async def open(self, email: str, password: str, caller: str, organization_id: str | None = None) -> SignedIn:
        """Open a session of twelve hours in an organization (None: the one that the user joined first; an operator: the default one).

        Raises WrongPassword (the same for an unknown address) or TooManyTries.
        """
        email = tidy_email(email)
        charged = await self._tools.attempts.charge(guessing(email, caller))
        account, place = await self._look_up(email, organization_id)
        fits = await self._tools.passwords.fits(password, None if account is None else account.password_hash)
        if not fits or account is None or place is None:
            raise WrongPassword
        await self._tools.attempts.give_back(charged)
        return await self._issue(account, place, caller)

    async def close(self, actor: Actor, key_id: str) -> None:
        """Revoke a session's key. Raises NotFound."""
        record = (await self._keys.find([key_id])).get(key_id)
        if record is None or record.role is None:
            raise Unknown
        await KeyIssuer(self._keys, self._tools.clock, actor).revoke(record)

    async def _look_up(self, email: str, organization_id: str | None) -> tuple[Account | None, Member | None]:
        """Return who has an address, and where that person signs in."""
        async with self._tools.store.reading() as records:
            account = next(iter(await records.find(Account, email=email)), None)
            places = await records.find(Member, user_id=account.id if account else "")
        if account is None or account.disabled_us is not None:
            return account, None
        return account, place_of(account, places, organization_id)

    async def _issue(self, account: Account, place: Member, caller: str) -> SignedIn:
        issuer = KeyIssuer(self._keys, self._tools.clock, Actor(f"user:{account.id}", caller))
        order = KeyOrder(
            SESSION,
            lifetime_us=SESSION_US,
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
        # Whoever was removed while the password was verified must not have a session; whoever is removed from now on loses it.
        if (await self._look_up(account.email, place.organization_id))[1] != place:
            await issuer.revoke(record)
            raise WrongPassword
        user = User(**{name: getattr(account, name) for name in User.__struct_fields__})
        return SignedIn(
            issued.text, record.key_id, record.expires_at_us or record.created_at_us + SESSION_US, user, place.organization_id, place.role
        )


def is_session(record: KeyRecord) -> bool:
    """Whether a key is a session's: it ends after hours, as it should."""
    return record.role is not None and record.user_id is not None and record.name == SESSION


def place_of(user: User, places: list[Member], organization_id: str | None) -> Member | None:
    """Return where somebody signs in, and as what; None: nowhere. An operator is one wherever no membership is asked for."""
    if user.operator and organization_id in (None, DEFAULT_ORGANIZATION):
        return Member(DEFAULT_ORGANIZATION, user.id, Role.OPERATOR, 0)
    fitting = [place for place in places if organization_id in (None, place.organization_id)]
    return min(fitting, key=lambda place: (place.created_us, place.organization_id), default=None)
