"""Sends the codes of sign-ups and takes them back in: alike for addresses that are known and that are not, so that nobody learns which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.organizations.acts import one
from yumen.organizations.codes import counts, new_digits, opens, renewed
from yumen.organizations.rows import Code
from yumen.organizations.values import Channel, ShownCode, User

if TYPE_CHECKING:
    from yumen.organizations.rows import Applied
    from yumen.organizations.tools import Tools


class CodeDesk:
    """Where codes go out and come in."""

    def __init__(self, tools: Tools) -> None:
        """Work with those."""
        self._tools = tools

    async def send(self, applied: Applied, channel: Channel) -> None:
        """Send a new code, which takes the place of the one before; keep it to be shown where nothing can send it.

        For an address that has an account, the code is one that nobody learns, and its owner is told that somebody tried.
        """
        now_us, terms = self._tools.clock.now_us(), self._tools.terms
        digits = new_digits()
        async with self._tools.store.writing(quietly=True) as records:
            known = channel is Channel.EMAIL and bool(await records.find(User, email=applied.email))
            old = await one(records, Code, subject=applied.id, channel=channel)
            code = renewed(old, None if known else digits, now_us, (terms.code_us, terms.code_tries))
            await records.change(code)
        if not await self._hand_over(applied, channel, None if known else digits):
            shown = msgspec.structs.replace(code, shown_code=None if known else digits)
            async with self._tools.store.writing(quietly=True) as records:
                await records.change(shown)

    async def confirm(self, subject: str, channel: Channel, text: str) -> bool:
        """Take a code in: a right one is used up, a wrong one costs a try."""
        async with self._tools.store.writing(quietly=True) as records:
            found = await records.find(Code, subject=subject, channel=channel)
            if not found or not counts(found[0], self._tools.clock.now_us()):
                return False
            code = found[0]
            right = opens(code.hash, text.strip())
            used = {"used_us": self._tools.clock.now_us(), "shown_code": None} if right else {}
            await records.change(msgspec.structs.replace(code, tries_left=code.tries_left - 1, **used))
            return right

    async def shown(self) -> list[ShownCode]:
        """Return the codes that nothing could send and that still count."""
        now_us = self._tools.clock.now_us()
        async with self._tools.store.reading() as records:
            codes = await records.find(Code, channel=tuple(Channel))
        return [
            ShownCode(code.subject, Channel(code.channel), code.shown_code, code.expires_us)
            for code in codes
            if code.shown_code is not None and counts(code, now_us)
        ]

    async def _hand_over(self, applied: Applied, channel: Channel, digits: str | None) -> bool:
        """Give the code to whoever brings it; return whether it went out."""
        letters = self._tools.letters
        letter = letters.somebody_tried() if digits is None else letters.code(digits, self._tools.terms.code_us)
        if channel is Channel.EMAIL:
            return await self._tools.post.mail(applied.email, letter)
        return await self._tools.post.text(applied.phone or "", letter.text)
