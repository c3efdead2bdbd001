"""The second factor: an app's code beside the password, and recovery codes for whoever has lost the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.organizations.acts import Writing, one, refuse, writing
from yumen.organizations.faults import ElsewhereToo, NoSecondFactor, SecondFactorOn, WrongCode
from yumen.organizations.members import person
from yumen.organizations.oneself import account_of, home_of, prove
from yumen.organizations.recovery import fitting, new_codes, sealed_codes
from yumen.organizations.recovery import tidy as plain
from yumen.organizations.rows import RecoveryCode, SecondFactor
from yumen.organizations.tools import second_step
from yumen.organizations.totp import new_secret, step_of, uri_of
from yumen.organizations.values import DEFAULT_ORGANIZATION, Enrolment, FactorState, Member

if TYPE_CHECKING:
    from yumen.audit import Actor
    from yumen.organizations.oneself import Oneself
    from yumen.organizations.store import Reading
    from yumen.organizations.tools import Tools

FRESH_US = 900_000_000
"""So long a secret that is not confirmed yet is shown again, so that a mistyped code does not ask for another picture."""
BLANK_STEP = 0


class SecondFactors:
    """Switches second factors on and off, and takes their codes. Secrets are sealed for the operator's own organization."""

    def __init__(self, tools: Tools) -> None:
        """Work with those."""
        self._tools = tools

    async def state(self, user_id: str) -> FactorState:
        """Say whether somebody has a second factor, and how many recovery codes are left."""
        async with self._tools.store.reading() as records:
            factor = await confirmed(records, user_id)
            codes = await records.find(RecoveryCode, user_id=user_id, used_us=None)
        return FactorState(None, 0) if factor is None else FactorState(factor.confirmed_us, len(codes))

    async def begin(self, me: Oneself) -> Enrolment:
        """Return a secret for an app; it counts for nothing until a code of it has come. Raises SecondFactorOn."""
        account, now_us = await account_of(self._tools, me), self._tools.clock.now_us()
        sealer = await self._tools.sealer(DEFAULT_ORGANIZATION)
        async with self._tools.store.writing(quietly=True) as records:
            old = await records.find(SecondFactor, user_id=me.user_id)
            refuse(SecondFactorOn if old and old[0].confirmed_us is not None else None)
            if old and now_us - old[0].created_us < FRESH_US:
                secret = sealer.open(old[0].sealed, context_of(me.user_id)).decode()
                return Enrolment(secret, uri_of(secret, account.email))
            secret = new_secret()
            new = SecondFactor(me.user_id, sealer.seal(secret.encode(), context_of(me.user_id)), now_us, None, BLANK_STEP)
            await (records.change(new) if old else records.add(new))
        return Enrolment(secret, uri_of(secret, account.email))

    async def confirm(self, me: Oneself, text: str, password: str | None = None) -> list[str]:
        """Switch it on by a first code and the password, where there is one; return the recovery codes, which are shown this once.

        Whoever has but a session, or a key, of somebody's must not lock the owner out. Raises NoSecondFactor where none was begun,
        SecondFactorOn, WrongOwnPassword, WrongCode or TooManyTries.
        """
        async with self._tools.store.reading() as records:
            factor = await one(records, SecondFactor, NoSecondFactor, user_id=me.user_id)
        refuse(SecondFactorOn if factor.confirmed_us is not None else None)
        if (await account_of(self._tools, me)).password_hash is not None:
            await prove(self._tools, me, password or "")
        step = await self._step(factor, me.actor, text)
        codes = new_codes()
        async with writing(self._tools.store, self._tools.clock, me.actor) as work:
            old = await one(work.records, SecondFactor, NoSecondFactor, user_id=me.user_id)
            refuse(WrongCode if old != factor else None)
            new = msgspec.structs.replace(old, confirmed_us=work.now_us, last_step=step)
            await work.changed((old, new), "second_factor.confirm", (me.user_id, me.organization_id))
            await put_codes(work, me.user_id, codes)
        return codes

    async def takes(self, actor: Actor, user_id: str, text: str) -> bool:
        """Whether that is a code of somebody's second factor, or a recovery code: either counts once. Raises TooManyTries."""
        sealer = await self._tools.sealer(DEFAULT_ORGANIZATION)

        async def right() -> bool:
            async with self._tools.store.writing(quietly=True) as records:
                work = Writing(records, actor, self._tools.clock.now_us())
                factor = await confirmed(records, user_id)
                if factor is None:
                    return False
                secret = sealer.open(factor.sealed, context_of(user_id)).decode()
                step = step_of(secret, plain(text), work.now_us, factor.last_step)
                if step is None:
                    return await use_recovery_code(work, user_id, text)
                await records.change(msgspec.structs.replace(factor, last_step=step))
                return True

        return await self._tools.attempts.tried(second_step(user_id, actor.address), right)

    async def renew_codes(self, me: Oneself, text: str) -> list[str]:
        """Make new recovery codes, by a code; those before count no longer. Raises NoSecondFactor, WrongCode or TooManyTries."""
        await self._prove(me, text)
        codes = new_codes()
        async with writing(self._tools.store, self._tools.clock, me.actor) as work:
            refuse(None if await confirmed(work.records, me.user_id) else NoSecondFactor)
            await put_codes(work, me.user_id, codes)
            await work.noted("recovery_code.create", (me.user_id, me.organization_id))
        return codes

    async def switch_off(self, me: Oneself, password: str, text: str) -> None:
        """Switch it off, by the password and a code. Raises WrongOwnPassword, NoSecondFactor, WrongCode or TooManyTries."""
        await prove(self._tools, me, password)
        await self._prove(me, text)
        async with writing(self._tools.store, self._tools.clock, me.actor) as work:
            await take_away(work, me.user_id, me.organization_id)

    async def remove(self, actor: Actor, organization_id: str, user_id: str, *, operator: bool) -> None:
        """Take a member's second factor away, for whoever has lost it. Raises NotFound, NoSecondFactor or ElsewhereToo.

        Whoever is in charge of one organization must not weaken an account that opens another, or the gateway: that is for operators.
        """
        async with writing(self._tools.store, self._tools.clock, actor) as work:
            user = (await person(work.records, organization_id, user_id)).user
            places = await work.records.find(Member, user_id=user_id)
            refuse(ElsewhereToo if not operator and (user.operator or len(places) > 1) else None)
            await take_away(work, user_id, organization_id)

    async def _prove(self, me: Oneself, text: str) -> None:
        async with self._tools.store.reading() as records:
            refuse(None if await confirmed(records, me.user_id) else NoSecondFactor)
        refuse(None if await self.takes(me.actor, me.user_id, text) else WrongCode)

    async def _step(self, factor: SecondFactor, actor: Actor, text: str) -> int:
        """Return the step of a first code. Raises WrongCode or TooManyTries."""
        sealer = await self._tools.sealer(DEFAULT_ORGANIZATION)
        secret = sealer.open(factor.sealed, context_of(factor.user_id)).decode()
        step = step_of(secret, plain(text), self._tools.clock.now_us(), factor.last_step)

        async def right() -> bool:
            return step is not None

        if not await self._tools.attempts.tried(second_step(factor.user_id, actor.address), right) or step is None:
            raise WrongCode
        return step


def context_of(user_id: str) -> bytes:
    """Return what a secret's seal is bound to."""
    return f"second_factors {user_id}".encode()


async def confirmed(records: Reading, user_id: str) -> SecondFactor | None:
    """Return the second factor that somebody has, which a code has confirmed."""
    found = await records.find(SecondFactor, user_id=user_id)
    return found[0] if found and found[0].confirmed_us is not None else None


async def use_recovery_code(work: Writing, user_id: str, text: str) -> bool:
    """Use a recovery code up, and tell the audit log; return whether it was one."""
    code = fitting(await work.records.find(RecoveryCode, user_id=user_id, used_us=None), text)
    if code is None:
        return False
    used = msgspec.structs.replace(code, used_us=work.now_us)
    await work.changed((code, used), "recovery_code.use", (user_id, await home_of(work.records, user_id)))
    return True


async def put_codes(work: Writing, user_id: str, texts: list[str]) -> None:
    """Write recovery codes in the place of those before."""
    for old in await work.records.find(RecoveryCode, user_id=user_id):
        await work.records.remove(old)
    for new in sealed_codes(user_id, texts):
        await work.records.add(new)


async def take_away(work: Writing, user_id: str, organization_id: str) -> None:
    """Remove somebody's second factor and recovery codes. Raises NoSecondFactor."""
    factor = await one(work.records, SecondFactor, NoSecondFactor, user_id=user_id)
    await work.removed(factor, "second_factor.delete", (user_id, organization_id))
    await put_codes(work, user_id, [])
