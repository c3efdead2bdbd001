"""What is known between two steps of one matter: sealed into a token that the browser keeps, which counts for some minutes."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from yumen.organizations.faults import SignInOver
from yumen.organizations.values import DEFAULT_ORGANIZATION
from yumen.storage.envelope import SealBroken

if TYPE_CHECKING:
    from yumen.clock import Clock
    from yumen.storage.envelope import SealerOf

Kind = TypeVar("Kind", bound=msgspec.Struct)


class Slips(Generic[Kind]):
    """Makes and opens tokens of one kind. Nothing of them is stored."""

    def __init__(self, kind: type[Kind], context: bytes, sealer: SealerOf, clock: Clock) -> None:
        """Seal those structs, bound to that context. Each says when it runs out: `until_us`."""
        self._kind = kind
        self._context = context
        self._sealer = sealer
        self._clock = clock

    async def make(self, inside: Kind) -> str:
        """Return the token of what is known."""
        sealed = (await self._sealer(DEFAULT_ORGANIZATION)).seal(msgspec.msgpack.encode(inside), self._context)
        return base64.urlsafe_b64encode(sealed).decode()

    async def open(self, token: str) -> Kind:
        """Return what a token says. Raises SignInOver where it is none, or has run out."""
        try:
            sealed = base64.urlsafe_b64decode(token.encode())
            inside = (await self._sealer(DEFAULT_ORGANIZATION)).open(sealed, self._context)
        except (binascii.Error, ValueError, SealBroken):
            raise SignInOver from None
        slip = msgspec.msgpack.decode(inside, type=self._kind)
        until_us: int = getattr(slip, "until_us")  # noqa: B009  (each kind has it)
        if until_us <= self._clock.now_us():
            raise SignInOver
        return slip
