"""Whoever is signed in and acts on the own account, and the proofs that it is asked for: the password, which is guessed here too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.audit import Actor
from yumen.organizations.acts import one
from yumen.organizations.faults import WrongOwnPassword
from yumen.organizations.tools import guessing
from yumen.organizations.values import Account, Member

if TYPE_CHECKING:
    from yumen.organizations.store import Reading
    from yumen.organizations.tools import Tools


class Oneself(msgspec.Struct, frozen=True):
    """Somebody at the own account."""

    user_id: str
    key_id: str
    """The session's."""
    organization_id: str
    """Where the session is; the audit log is told."""
    actor: Actor


async def account_of(tools: Tools, me: Oneself) -> Account:
    """Return the own account with its password's hash. Raises NotFound."""
    async with tools.store.reading() as records:
        return await one(records, Account, id=me.user_id)


async def prove(tools: Tools, me: Oneself, password: str) -> Account:
    """Return the own account where that is its password. Raises WrongOwnPassword or TooManyTries."""
    account = await account_of(tools, me)

    async def fits() -> bool:
        return await tools.passwords.fits(password, account.password_hash)

    if not await tools.attempts.tried(guessing(account.email, me.actor.address), fits):
        raise WrongOwnPassword
    return account


async def home_of(records: Reading, user_id: str) -> str | None:
    """Return the organization whose audit log tells of a person who is not signed in: the one that was joined first."""
    places = await records.find(Member, user_id=user_id)
    first = min(places, key=lambda place: (place.created_us, place.organization_id), default=None)
    return None if first is None else first.organization_id
