"""What stands between the two steps of signing in: a token that says who has passed the first one, and counts for five minutes."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from yumen.organizations.slips import Slips
from yumen.organizations.values import Account, SecondStep

if TYPE_CHECKING:
    from yumen.clock import Clock
    from yumen.storage.envelope import SealerOf

LIFE_US = 300_000_000
CONTEXT = b"sign_in second step"


class Pending(msgspec.Struct, frozen=True, array_like=True):
    """Who has passed the first step."""

    user_id: str
    organization_id: str | None
    until_us: int
    proof: str
    """Which password there was: once it is changed, the token opens nothing."""


class PendingSteps:
    """Makes and opens the tokens. That a code counts once is the second factor's matter."""

    def __init__(self, sealer: SealerOf, clock: Clock) -> None:
        """Seal with that, by that clock."""
        self._slips = Slips(Pending, CONTEXT, sealer, clock)
        self._clock = clock

    async def make(self, account: Account, organization_id: str | None) -> SecondStep:
        """Return a token for whoever has given the right password, or was vouched for."""
        until_us = self._clock.now_us() + LIFE_US
        return SecondStep(await self._slips.make(Pending(account.id, organization_id, until_us, proof_of(account))), until_us)

    async def open(self, token: str) -> Pending:
        """Return what a token says. Raises SignInOver where it is none, or has run out."""
        return await self._slips.open(token)


def proof_of(account: Account) -> str:
    """Return what tells a password from the one after it, and nothing else of it."""
    return sha256((account.password_hash or "").encode()).hexdigest()[:16]
