"""The own account: its name, its password, where it can work, and its sessions."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import msgspec

from yumen.organizations.acts import one, refuse, writing
from yumen.organizations.faults import Unknown, WrongOwnPassword
from yumen.organizations.held_keys import end, end_sessions, open_sessions
from yumen.organizations.oneself import account_of, prove
from yumen.organizations.rows import SessionRow
from yumen.organizations.rules import name_fault, password_fault
from yumen.organizations.values import DEFAULT_ORGANIZATION, Account, Member, OpenSession, Organization, OwnPlace, Role, User
from yumen.storage import DatabaseUnavailable

if TYPE_CHECKING:
    from yumen.organizations.oneself import Oneself
    from yumen.organizations.rows import KeyHandle
    from yumen.organizations.tools import Tools

log = logging.getLogger("yumen.organizations")

SEEN_US = 300_000_000
"""So often it is written down that a session is in use."""
REMEMBERED = 1000


class OwnAccount:
    """What everybody may do with the own account."""

    def __init__(self, tools: Tools) -> None:
        """Work with those."""
        self._tools = tools
        self._seen: dict[str, int] = {}

    async def rename(self, me: Oneself, name: str) -> User:
        """Take another name. Raises WrongName."""
        refuse(name_fault(name))
        async with writing(self._tools.store, self._tools.clock, me.actor) as work:
            old = await one(work.records, User, id=me.user_id)
            new = msgspec.structs.replace(old, name=name.strip())
            return await work.changed((old, new), "user.update", (me.user_id, me.organization_id))

    async def change_password(self, me: Oneself, old: str, new: str) -> None:
        """Take another password, by the old one; all other sessions end. Raises WrongOwnPassword, WeakPassword or TooManyTries."""
        refuse(password_fault(new))
        proved = await prove(self._tools, me, old)
        password_hash = await self._tools.passwords.hash(new)
        async with writing(self._tools.store, self._tools.clock, me.actor) as work:
            account = await one(work.records, Account, id=me.user_id)
            refuse(None if account.password_hash == proved.password_hash else WrongOwnPassword)
            await work.records.change(msgspec.structs.replace(account, password_hash=password_hash))
            await work.noted("password.change", (me.user_id, me.organization_id))
            await end_sessions(work, me.user_id, but=me.key_id)

    async def has_password(self, me: Oneself) -> bool:
        """Whether there is a password at all."""
        return (await account_of(self._tools, me)).password_hash is not None

    async def places(self, me: Oneself) -> list[OwnPlace]:
        """Return the organizations that one can work in, by name."""
        async with self._tools.store.reading() as records:
            user = await one(records, User, id=me.user_id)
            roles = {place.organization_id: place.role for place in await records.find(Member, user_id=me.user_id)}
            roles |= {DEFAULT_ORGANIZATION: Role.OPERATOR} if user.operator else {}
            found = await records.find(Organization, id=tuple(roles))
        places = [OwnPlace(each, roles[each.id], each.id == me.organization_id) for each in found]
        return sorted(places, key=lambda place: (place.organization.name, place.organization.id))

    # ── sessions ────────────────────────────────────────────────────────────

    async def sessions(self, me: Oneself) -> list[OpenSession]:
        """Return the own sessions, the newest first."""
        now_us = self._tools.clock.now_us()
        async with self._tools.store.reading() as records:
            keys = [key for key in await open_sessions(records, me.user_id) if key.expires_us is None or key.expires_us > now_us]
            rows = {row.key_id: row for row in await records.find(SessionRow, key_id=tuple(key.id for key in keys))}
        return [session_of(key, rows.get(key.id), me.key_id) for key in sorted(keys, key=lambda key: key.created_us, reverse=True)]

    async def end(self, me: Oneself, key_id: str) -> None:
        """End one of the own sessions. Raises NotFound."""
        async with writing(self._tools.store, self._tools.clock, me.actor) as work:
            key = next((key for key in await open_sessions(work.records, me.user_id) if key.id == key_id), None)
            if key is None:
                raise Unknown
            await end(work, key)

    async def end_others(self, me: Oneself) -> int:
        """End all own sessions but the one that asks; return how many."""
        async with writing(self._tools.store, self._tools.clock, me.actor) as work:
            return await end_sessions(work, me.user_id, but=me.key_id)

    async def seen(self, key_id: str) -> None:
        """Write down that a session is in use, every few minutes; where that cannot be written, it is in use all the same."""
        now_us = self._tools.clock.now_us()
        if now_us - self._seen.get(key_id, 0) < SEEN_US:
            return
        if len(self._seen) >= REMEMBERED:
            self._seen.clear()
        self._seen[key_id] = now_us
        try:
            async with self._tools.store.writing(quietly=True) as records:
                for row in await records.find(SessionRow, key_id=key_id):
                    await records.change(msgspec.structs.replace(row, seen_us=now_us))
        except DatabaseUnavailable as fault:
            log.warning("it could not be written down that a session is in use: %s", fault)


def session_of(key: KeyHandle, row: SessionRow | None, own_id: str) -> OpenSession:
    """Return a session as its owner sees it."""
    return OpenSession(
        key_id=key.id,
        organization_id=key.organization_id,
        role=key.role or Role.VIEWER,
        created_us=key.created_us,
        expires_us=key.expires_us or key.created_us,
        address=None if row is None else row.address,
        seen_us=None if row is None else row.seen_us,
        current=key.id == own_id,
    )
