"""Signing up: an application, codes that prove its addresses, an administrator's word where it is asked for, then an organization."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from yumen.audit import Actor
from yumen.organizations.acts import one, refuse, writing
from yumen.organizations.code_desk import CodeDesk
from yumen.organizations.codes import unsent
from yumen.organizations.faults import AlreadyDecided, InvitationNeeded, SignUpClosed, TooManyTries, UnknownPlan, WrongCode, WrongReason
from yumen.organizations.founding import Founding, found, join
from yumen.organizations.invitations import newcomer, opened, use
from yumen.organizations.rows import Applied, Code, SealedInvite
from yumen.organizations.rules import application_fault, needs_phone, text_fault, tidy_email
from yumen.organizations.tools import confirming, sending
from yumen.organizations.values import (
    NEW_ORGANIZATION,
    SIGN_UP_PREFIX,
    USER_PREFIX,
    Account,
    Channel,
    Plan,
    Role,
    ShownCode,
    SignUp,
    SignUpStatus,
    SignUpStep,
)

if TYPE_CHECKING:
    from yumen.organizations.acts import Writing
    from yumen.organizations.store import Reading
    from yumen.organizations.tools import Tools
    from yumen.organizations.values import Application, SignUpTerms

WEEK_US = 7 * 86_400 * 1_000_000
"""Sign-ups that are not verified by then are forgotten."""
NO_HASH = ""
"""Of a sign-up that was decided: the account has the password's hash, or nobody needs it."""


class SignUps:
    """Takes sign-ups. What it answers is the same whether an address is known or not."""

    def __init__(self, tools: Tools) -> None:
        """Work with those."""
        self._tools = tools
        self._codes = CodeDesk(tools)

    @property
    def terms(self) -> SignUpTerms:
        """How sign-ups are taken here."""
        return self._tools.terms

    def sends(self, channel: Channel) -> bool:
        """Whether anything here brings codes that way; where nothing does, whoever runs the gateway passes them on."""
        return self._tools.post.has_mailer if channel is Channel.EMAIL else self._tools.post.has_texter

    async def start(self, application: Application, caller: str) -> SignUpStep:
        """Take an application from a caller's address and send the first code.

        Raises SignUpClosed, InvitationNeeded, faults of single fields (InvalidRequest), or TooManyTries.
        """
        terms, now_us = self._tools.terms, self._tools.clock.now_us()
        refuse(SignUpClosed if terms.mode not in ("open", "invitation") else None)
        refuse(application_fault(application, terms.phone_required))
        async with self._tools.store.reading() as records:
            await one(records, Plan, UnknownPlan, name=terms.plan)
            await self._check_invited(records, application, now_us)
        await self._tools.attempts.charge(sending(tidy_email(application.email), caller, terms))
        password_hash = await self._tools.passwords.hash(application.password)
        applied = applied_of(application, self._tools.clock.new_id(SIGN_UP_PREFIX), now_us, (password_hash, caller))
        await self._open(applied, phone=needs_phone(application.country, application.phone, terms.phone_required))
        await self._codes.send(applied, Channel.EMAIL)
        return SignUpStep(applied.id, Channel.EMAIL, SignUpStatus.VERIFYING)

    async def step(self, sign_up_id: str) -> SignUpStep:
        """Say where a sign-up stands. Raises NotFound."""
        applied, channel = await self._waiting(sign_up_id)
        return SignUpStep(applied.id, channel, applied.status, applied.organization_id)

    async def send_again(self, sign_up_id: str, caller: str) -> SignUpStep:
        """Send the code that is waited for again; the earlier one counts no longer. Raises NotFound or TooManyTries."""
        applied, channel = await self._waiting(sign_up_id)
        if channel is None and applied.status is SignUpStatus.VERIFYING:
            return await self._complete(applied, caller)  # the last code was confirmed, and what should follow did not happen
        if channel is not None:
            await self._tools.attempts.charge(sending(address_of(applied, channel), caller, self._tools.terms))
            await self._codes.send(applied, channel)
        return SignUpStep(applied.id, channel, applied.status, applied.organization_id)

    async def confirm(self, sign_up_id: str, channel: Channel, code: str, caller: str) -> SignUpStep:
        """Confirm a code; the last one completes the sign-up, or hands it to an administrator. Raises WrongCode or TooManyTries."""
        charged = await self._tools.attempts.charge(confirming(caller, self._tools.terms))
        if not await self._codes.confirm(sign_up_id, channel, code):
            raise WrongCode
        await self._tools.attempts.give_back(charged)
        applied, next_channel = await self._waiting(sign_up_id)
        if next_channel is None:
            return await self._complete(applied, caller)
        with suppress(TooManyTries):  # the code that came is confirmed all the same; the next one can be asked for later
            await self._tools.attempts.charge(sending(address_of(applied, next_channel), caller, self._tools.terms))
            await self._codes.send(applied, next_channel)
        return SignUpStep(sign_up_id, next_channel, applied.status)

    async def approve(self, actor: Actor, sign_up_id: str) -> SignUp:
        """Make the organization of a sign-up that waits, and tell the applicant. Raises NotFound or AlreadyDecided."""
        async with writing(self._tools.store, self._tools.clock, actor) as work:
            waiting = await waiting_one(work.records, sign_up_id)
            made = await self._found(work, waiting)
            decided = msgspec.structs.replace(made, decided_us=work.now_us, decided_by=actor.name)
            await work.changed((waiting, decided), "signup.approve", (sign_up_id, decided.organization_id))
        await self._tools.post.mail(decided.email, self._tools.letters.sign_up_decided(decided))
        return decided.shown()

    async def decline(self, actor: Actor, sign_up_id: str, reason: str) -> SignUp:
        """Decline a sign-up that waits, and tell the applicant why. Raises NotFound or AlreadyDecided."""
        refuse(text_fault(reason, WrongReason))
        async with writing(self._tools.store, self._tools.clock, actor) as work:
            waiting = await waiting_one(work.records, sign_up_id)
            declined = msgspec.structs.replace(waiting, status=SignUpStatus.DECLINED, reason=reason.strip(), password_hash=NO_HASH)
            decided = msgspec.structs.replace(declined, decided_us=work.now_us, decided_by=actor.name)
            await work.changed((waiting, decided), "signup.decline", (sign_up_id, None))
        await self._tools.post.mail(decided.email, self._tools.letters.sign_up_decided(decided))
        return decided.shown()

    async def every(self, status: SignUpStatus | None = None) -> list[SignUp]:
        """Return sign-ups, the newest first."""
        async with self._tools.store.reading() as records:
            found_all = await records.find(SignUp) if status is None else await records.find(SignUp, status=status)
        return found_all[::-1]

    async def shown_codes(self) -> list[ShownCode]:
        """Return the codes that nothing could send and that still count."""
        return await self._codes.shown()

    # ── parts ───────────────────────────────────────────────────────────────

    async def _check_invited(self, records: Reading, application: Application, now_us: int) -> None:
        """Raise InvitationNeeded where only the invited may sign up, and this one is not."""
        if self._tools.terms.mode != "invitation":
            return
        try:
            invite = await opened(records, application.invitation or "", now_us)
        except WrongCode:
            raise InvitationNeeded from None
        refuse(InvitationNeeded if (invite.organization_id, invite.email) != (NEW_ORGANIZATION, tidy_email(application.email)) else None)

    async def _open(self, applied: Applied, *, phone: bool) -> None:
        """Write a sign-up down with the codes that it waits for; forget those that nobody went on with."""
        channels = (Channel.EMAIL, Channel.PHONE) if phone else (Channel.EMAIL,)
        async with self._tools.store.writing(quietly=True) as records:
            await records.forget(SignUp, "created_us", applied.created_us - WEEK_US, status=SignUpStatus.VERIFYING)
            await records.forget(Code, "expires_us", applied.created_us - WEEK_US, channel=(Channel.EMAIL, Channel.PHONE))
            await records.add(applied)
            for channel in channels:
                blank = unsent(applied.id, channel, self._tools.terms.code_tries)
                await records.add(msgspec.structs.replace(blank, expires_us=applied.created_us))

    async def _waiting(self, sign_up_id: str) -> tuple[Applied, Channel | None]:
        """Return a sign-up and the code that it waits for. Raises NotFound."""
        async with self._tools.store.reading() as records:
            applied = await one(records, Applied, id=sign_up_id)
            codes = await records.find(Code, subject=sign_up_id)
        open_ones = {code.channel for code in codes if code.used_us is None}
        channel = next((channel for channel in Channel if channel in open_ones), None)
        return applied, channel if applied.status is SignUpStatus.VERIFYING else None

    async def _complete(self, applied: Applied, caller: str) -> SignUpStep:
        """Make the organization, or hand the sign-up to whoever approves."""
        async with writing(self._tools.store, self._tools.clock, Actor(f"signup:{applied.id}", caller)) as work:
            applied = await one(work.records, Applied, id=applied.id)
            refuse(WrongCode if applied.status is not SignUpStatus.VERIFYING else None)
            await self._use_invitation(work, applied)
            if self._tools.terms.approval:
                new = msgspec.structs.replace(applied, status=SignUpStatus.WAITING)
            else:
                new = await self._found(work, applied)
            await work.changed((applied, new), "signup.verify", (applied.id, new.organization_id))
        if new.status is SignUpStatus.WAITING:
            await self._tools.post.tell_operators(self._tools.store, self._tools.letters.sign_up_waits(new))
        return SignUpStep(new.id, None, new.status, new.organization_id)

    async def _use_invitation(self, work: Writing, applied: Applied) -> None:
        """Use up the invitation, where one is needed. Raises InvitationNeeded where another sign-up was faster."""
        if self._tools.terms.mode != "invitation":
            return
        invites = await work.records.find(
            SealedInvite, organization_id=NEW_ORGANIZATION, email=applied.email, accepted_us=None, deleted_us=None
        )
        living = [invite for invite in invites if work.now_us < invite.expires_us]
        refuse(None if living else InvitationNeeded)
        await use(work, living[0])

    async def _found(self, work: Writing, applied: Applied) -> Applied:
        """Make the organization with its owner. Whoever got an account meanwhile keeps it, and its password."""
        founding = Founding(applied.organization_name, applied.kind, self._tools.terms.plan)
        organization = await found(work, self._tools.clock, founding)
        known = await work.records.find(Account, email=applied.email)
        user_id = known[0].id if known else self._tools.clock.new_id(USER_PREFIX)
        if not known:
            user = newcomer(user_id, applied.email, applied.name, work.now_us, applied.password_hash)
            await work.made(msgspec.structs.replace(user, phone=applied.phone), "user.create", (user_id, organization.id))
        await join(work, organization.id, user_id, Role.OWNER)
        return msgspec.structs.replace(applied, status=SignUpStatus.APPROVED, organization_id=organization.id, password_hash=NO_HASH)


def applied_of(application: Application, identifier: str, now_us: int, how: tuple[str, str]) -> Applied:
    """Return a sign-up as it begins. `how` is the password's hash and the caller's address."""
    return Applied(
        id=identifier,
        kind=application.kind,
        organization_name=application.organization_name.strip() or application.name.strip(),
        name=application.name.strip(),
        email=tidy_email(application.email),
        phone=application.phone,
        purpose=application.purpose.strip(),
        status=SignUpStatus.VERIFYING,
        address=how[1],
        organization_id=None,
        reason=None,
        created_us=now_us,
        password_hash=how[0],
    )


def address_of(applied: Applied, channel: Channel) -> str:
    """Return where a code goes."""
    return applied.email if channel is Channel.EMAIL else applied.phone or ""


async def waiting_one(records: Reading, sign_up_id: str) -> Applied:
    """Return a sign-up that waits for an administrator. Raises NotFound or AlreadyDecided."""
    applied = await one(records, Applied, id=sign_up_id)
    refuse(AlreadyDecided if applied.status is not SignUpStatus.WAITING else None)
    return applied
