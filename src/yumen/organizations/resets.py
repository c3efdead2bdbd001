"""A new password for whoever has forgotten the old one: a link by mail, for an hour, once, and no word about who has an account."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import msgspec

from yumen.audit import Actor
from yumen.organizations.acts import Writing, one, refuse, writing
from yumen.organizations.attempts import HOUR_US
from yumen.organizations.codes import counts, new_token, opens, renewed, unsent
from yumen.organizations.faults import WrongLink
from yumen.organizations.held_keys import end_sessions
from yumen.organizations.oneself import home_of
from yumen.organizations.rows import Code
from yumen.organizations.rules import password_fault, tidy_email
from yumen.organizations.tools import confirming, resetting
from yumen.organizations.values import Account, User
from yumen.storage import DatabaseUnavailable

if TYPE_CHECKING:
    from yumen.organizations.store import Reading
    from yumen.organizations.tools import Tools

log = logging.getLogger("yumen.organizations")

CHANNEL = "reset"
DOT = "."
TRIES = 1_000_000
"""A token of 256 bits need not be protected from guessing."""
AT_ONCE = 20
"""Letters on their way at a time."""


class PasswordResets:
    """Sends links and takes them once."""

    def __init__(self, tools: Tools) -> None:
        """Work with those."""
        self._tools = tools
        self._under_way: set[asyncio.Task[None]] = set()

    @property
    def by_mail(self) -> bool:
        """Whether links go out by mail; else the operator hands tokens out."""
        return self._tools.post.has_mailer

    async def ask(self, email: str, caller: str) -> None:
        """Send a link to whoever has that address. Raises TooManyTries.

        It is sent after this has returned, so that the time it takes says nothing of whether there is anybody; `settle` waits for it.
        """
        email = tidy_email(email)
        await self._tools.attempts.charge(resetting(email, caller, self._tools.terms))
        if len(self._under_way) >= AT_ONCE:
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
        task = asyncio.create_task(self._send(email, Actor("nobody", caller)))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def settle(self) -> None:
        """Wait until all that is under way was sent."""
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def token(self, actor: Actor, user_id: str) -> str:
        """Return a token for somebody, which the operator hands over; one before counts no longer. Raises NotFound."""
        async with writing(self._tools.store, self._tools.clock, actor) as work:
            await one(work.records, User, id=user_id)
            return await self._renew(work, user_id)

    async def complete(self, token: str, password: str, caller: str) -> User:
        """Set a new password and end all sessions. Raises WrongLink, WeakPassword or TooManyTries."""
        user_id = token.partition(DOT)[0]

        async def opened() -> bool:
            async with self._tools.store.reading() as records:
                return await code_of(records, token, self._tools.clock.now_us()) is not None

        refuse(None if await self._tools.attempts.tried(confirming(caller, self._tools.terms), opened) else WrongLink)
        refuse(password_fault(password))
        password_hash = await self._tools.passwords.hash(password)
        async with writing(self._tools.store, self._tools.clock, Actor(f"user:{user_id}", caller)) as work:
            code = await code_of(work.records, token, work.now_us)
            if code is None:
                raise WrongLink
            await work.records.change(msgspec.structs.replace(code, used_us=work.now_us))
            old = await one(work.records, Account, WrongLink, id=user_id, disabled_us=None)
            await work.records.change(msgspec.structs.replace(old, password_hash=password_hash))
            await work.noted("password.reset", (user_id, await home_of(work.records, user_id)))
            await end_sessions(work, user_id)
            return await one(work.records, User, id=user_id)

    async def _send(self, email: str, actor: Actor) -> None:
        """Send a link to whoever has that address and a password: those whom a provider lets in are not to go on without it."""
        try:
            async with self._tools.store.writing(quietly=True) as records:
                found = await records.find(Account, email=email, disabled_us=None)
                if not found or found[0].password_hash is None:
                    return
                token = await self._renew(Writing(records, actor, self._tools.clock.now_us()), found[0].id)
        except DatabaseUnavailable as fault:
            log.warning("a link for a new password could not be made: %s", fault)
            return
        await self._tools.post.mail(email, self._tools.letters.password_reset(token))

    async def _renew(self, work: Writing, user_id: str) -> str:
        """Make a token in the place of the one before."""
        token = user_id + DOT + new_token()
        found = await work.records.find(Code, subject=user_id, channel=CHANNEL)
        blank = unsent(user_id, CHANNEL, TRIES)
        if not found:
            await work.records.add(blank)
        await work.records.change(renewed(blank, token, work.now_us, (HOUR_US, TRIES)))
        await work.noted("password_reset.create", (user_id, await home_of(work.records, user_id)))
        return token


async def code_of(records: Reading, token: str, now_us: int) -> Code | None:
    """Return the living code that a token opens."""
    found = await records.find(Code, subject=token.partition(DOT)[0], channel=CHANNEL)
    return found[0] if found and counts(found[0], now_us) and opens(found[0].hash, token) else None
