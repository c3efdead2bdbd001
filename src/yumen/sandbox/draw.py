"""Chance that can be repeated: each named draw is a hash of a seed, so the same question always falls the same way."""

from __future__ import annotations

from hashlib import sha256

_SCALE = 1 << 64


class Draw:
    """A source of named draws. Two draws of different names are independent; one name always gives the same."""

    __slots__ = ("_state",)

    def __init__(self, *seeds: bytes | str | int) -> None:
        """Start from any number of seeds."""
        self._state = sha256()
        for seed in seeds:
            self._state.update(_bytes(seed) + b"\x1f")

    def fraction(self, *name: str | int) -> float:
        """Return a number from 0 up to, but not including, 1."""
        return int.from_bytes(self.octets(*name)[:8], "big") / _SCALE

    def below(self, bound: int, *name: str | int) -> int:
        """Return a whole number from 0 up to, but not including, the bound."""
        return int(self.fraction(*name) * bound)

    def octets(self, *name: str | int) -> bytes:
        """Return 32 bytes."""
        state = self._state.copy()
        state.update("/".join(map(str, name)).encode())
        return state.digest()

    def child(self, *name: str | int) -> Draw:
        """Return a source of its own for one purpose."""
        return Draw(self.octets(*name))


def _bytes(seed: bytes | str | int) -> bytes:
    return seed if isinstance(seed, bytes) else str(seed).encode()
