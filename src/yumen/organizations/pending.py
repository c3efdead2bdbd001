"""What stands between the two steps of signing in: a sealed token that says whose password was right, and counts for five minutes."""

from __future__ import annotations

import base64
import binascii
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from yumen.organizations.faults import SignInOver
from yumen.organizations.values import DEFAULT_ORGANIZATION, Account, SecondStep
from yumen.storage.envelope import SealBroken

if TYPE_CHECKING:
    from yumen.clock import Clock
    from yumen.storage.envelope import SealerOf

LIFE_US = 300_000_000
CONTEXT = b"sign_in second step"


class Pending(msgspec.Struct, frozen=True, array_like=True):
    """Whose password was right."""

    user_id: str
    organization_id: str | None
    until_us: int
    proof: str
    """Which password that was: once it is changed, the token opens nothing."""


class PendingSteps:
    """Makes and opens the tokens. Nothing of them is stored: that a code counts once is the second factor's matter."""

    def __init__(self, sealer: SealerOf, clock: Clock) -> None:
        """Seal with that, by that clock."""
        self._sealer = sealer
        self._clock = clock

    async def make(self, account: Account, organization_id: str | None) -> SecondStep:
        """Return a token for whoever has given the right password."""
        until_us = self._clock.now_us() + LIFE_US
        inside = msgspec.msgpack.encode(Pending(account.id, organization_id, until_us, proof_of(account)))
        sealed = (await self._sealer(DEFAULT_ORGANIZATION)).seal(inside, CONTEXT)
        return SecondStep(base64.urlsafe_b64encode(sealed).decode(), until_us)

    async def open(self, token: str) -> Pending:
        """Return what a token says. Raises SignInOver where it is none, or has run out."""
        try:
            sealed = base64.urlsafe_b64decode(token.encode())
            inside = (await self._sealer(DEFAULT_ORGANIZATION)).open(sealed, CONTEXT)
        except (binascii.Error, ValueError, SealBroken):
            raise SignInOver from None
        pending = msgspec.msgpack.decode(inside, type=Pending)
        if pending.until_us <= self._clock.now_us():
            raise SignInOver
        return pending


def proof_of(account: Account) -> str:
    """Return what tells a password from the one after it, and nothing else of it."""
    return sha256((account.password_hash or "").encode()).hexdigest()[:16]
