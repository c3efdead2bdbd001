"""The first administrator: made once, by whoever has the set-up token that the first start gave out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from yumen.audit import Actor
from yumen.organizations.acts import refuse, writing
from yumen.organizations.codes import counts, new_token, opens, renewed, unsent
from yumen.organizations.faults import WrongCode
from yumen.organizations.founding import join
from yumen.organizations.invitations import newcomer
from yumen.organizations.rows import Code
from yumen.organizations.rules import email_fault, name_fault, password_fault, tidy_email
from yumen.organizations.values import DEFAULT_ORGANIZATION, USER_PREFIX, Account, Member, Role, User

if TYPE_CHECKING:
    from collections.abc import Callable

    from yumen.organizations.acts import Writing
    from yumen.organizations.store import Reading
    from yumen.organizations.tools import Tools

SUBJECT = "setup"
CHANNEL = "token"
TOKEN_FILE = Path("first-run") / "setup-token"
"""Where the token waits in the data folder when nobody saw it on a terminal."""
LIFE_US = 30 * 86_400 * 1_000_000
TRIES = 1_000_000
"""A token of 256 bits need not be protected from guessing."""
SETUP = "setup"


class Setup:
    """Gives out the set-up token and takes it once."""

    def __init__(self, tools: Tools, claimed: Callable[[], None] = lambda: None) -> None:
        """Work with those; `claimed` is called when the token was used, so that whoever keeps it can throw it away."""
        self._tools = tools
        self._claimed = claimed

    async def first_token(self) -> str | None:
        """Make the set-up token at a first start: where nobody is an operator yet, and no token counts that was made before."""
        async with self._tools.store.reading() as records:
            made = await records.find(Code, subject=SUBJECT, channel=CHANNEL)
        return None if made and counts(made[0], self._tools.clock.now_us()) else await self.token()

    async def token(self) -> str | None:
        """Make the set-up token where nobody is an operator yet, else None. A token that was made before counts no longer."""
        token = new_token()
        async with self._tools.store.writing(quietly=True) as records:
            if await records.find(User, operator=True):
                return None
            old = await records.find(Code, subject=SUBJECT, channel=CHANNEL)
            blank = unsent(SUBJECT, CHANNEL, TRIES)
            if not old:
                await records.add(blank)
            await records.change(renewed(blank, token, self._tools.clock.now_us(), (LIFE_US, TRIES)))
        return token

    async def pending(self) -> bool:
        """Whether the first administrator is still to be made."""
        async with self._tools.store.reading() as records:
            return not await records.find(User, operator=True)

    async def claim(self, token: str, email: str, name: str, password: str, caller: str = "local") -> User:
        """Make the first administrator: an operator, and owner of the default organization. `caller` is the address that asks.

        Raises WrongCode where the token is not the one, was used, or has run out.
        """
        async with self._tools.store.reading() as records:
            await open_code(records, token, self._tools.clock.now_us())
        email = tidy_email(email)
        refuse(email_fault(email) or name_fault(name) or password_fault(password))
        password_hash = await self._tools.passwords.hash(password)
        async with writing(self._tools.store, self._tools.clock, Actor(SETUP, caller)) as work:
            code = await open_code(work.records, token, work.now_us)
            await work.records.change(msgspec.structs.replace(code, used_us=work.now_us))
            wanted = newcomer(self._tools.clock.new_id(USER_PREFIX), email, name, work.now_us, password_hash)
            user = await make_operator(work, wanted)
        self._claimed()
        return user


async def open_code(records: Reading, token: str, now_us: int) -> Code:
    """Return the set-up code that a token opens. Raises WrongCode."""
    found = await records.find(Code, subject=SUBJECT, channel=CHANNEL)
    late = await records.find(User, operator=True)
    if late or not found or not counts(found[0], now_us) or not opens(found[0].hash, token):
        raise WrongCode
    return found[0]


async def make_operator(work: Writing, wanted: Account) -> User:
    """Make somebody an operator: a new user, or the one of that address, who gets the new password."""
    known = await work.records.find(Account, email=wanted.email)
    if known:
        new = msgspec.structs.replace(known[0], name=wanted.name, password_hash=wanted.password_hash, operator=True, disabled_us=None)
        await work.changed((known[0], new), "user.update", (new.id, DEFAULT_ORGANIZATION))
    else:
        new = msgspec.structs.replace(wanted, operator=True)
        await work.made(new, "user.create", (new.id, DEFAULT_ORGANIZATION))
    if not await work.records.find(Member, organization_id=DEFAULT_ORGANIZATION, user_id=new.id):
        await join(work, DEFAULT_ORGANIZATION, new.id, Role.OWNER)
    return (await work.records.find(User, id=new.id))[0]
