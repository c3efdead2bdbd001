"""Content at rest: sealed under a data key of its organization, which is itself sealed under a key that is not in the database."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from yumen.errors import ContentKeyUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = b"\x01"
"""The first byte of what is sealed. No JSON and no text begins with it, so that what was stored plainly is told apart."""
ID_BYTES = 27
"""A data key's id: `dk_` and 24 characters, all of them ASCII."""
NONCE_BYTES = 12
TAG_BYTES = 16
KEY_BYTES = 32
HEAD_BYTES = len(VERSION) + ID_BYTES + NONCE_BYTES
OVERHEAD_BYTES = HEAD_BYTES + TAG_BYTES
"""So much longer than its plain text is whatever is sealed."""
SEALING = b"yumen seal 1"
DERIVING = b"yumen derived 1 "


class SealBroken(Exception):  # noqa: N818  (the house's noun for what went wrong)
    """What stands there is not what was sealed there: it was changed, cut short, or moved from another place."""


class Sealer(Protocol):
    """Seals and opens what belongs to one organization."""

    def seal(self, data: bytes, context: bytes) -> bytes:
        """Encrypt, bound to a context: the table and the row that it will stand in. What was sealed elsewhere does not open here."""

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """Decrypt. Raises ContentKeyUnavailable where the data key is gone, SealBroken where the bytes are not what was sealed."""

    def derived(self, purpose: bytes) -> bytes:
        """Return 32 secret bytes that are the organization's for that purpose, and stay the same when keys are rotated."""


SealerOf = Callable[[str], Awaitable[Sealer]]
"""Returns an organization's sealer. Raises ContentKeyUnavailable."""


class Envelope:
    """A `Sealer` with AES-256-GCM, for any thread. Sealed: version, data key's id, nonce, ciphertext with its tag."""

    __slots__ = ("_active", "_keys", "_root")

    def __init__(self, keys: Mapping[str, bytes], active: str, root: str) -> None:
        """Open with all those data keys (32 bytes, by id), seal with the active one, and derive from the root one, which never changes."""
        self._keys = {name: AESGCM(stretched(key, SEALING)) for name, key in keys.items()}
        self._active = active
        self._root = keys[root]

    def seal(self, data: bytes, context: bytes) -> bytes:
        """Encrypt with the active key: `OVERHEAD_BYTES` longer than the data."""
        nonce = os.urandom(NONCE_BYTES)
        head = VERSION + self._active.encode()
        return head + nonce + self._keys[self._active].encrypt(nonce, data, head + context)

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """Decrypt. Raises ContentKeyUnavailable where the data key is gone, SealBroken where the bytes are not what was sealed."""
        if len(sealed) < OVERHEAD_BYTES or not is_sealed(sealed):
            raise SealBroken
        head, nonce = sealed[: HEAD_BYTES - NONCE_BYTES], sealed[HEAD_BYTES - NONCE_BYTES : HEAD_BYTES]
        key = self._keys.get(key_id_of(sealed))
        if key is None:
            raise ContentKeyUnavailable
        try:
            return key.decrypt(nonce, sealed[HEAD_BYTES:], head + context)
        except InvalidTag:
            raise SealBroken from None

    def derived(self, purpose: bytes) -> bytes:
        """Return 32 secret bytes that are the organization's for that purpose, and stay the same when keys are rotated."""
        return stretched(self._root, DERIVING + purpose)


def is_sealed(data: bytes) -> bool:
    """Whether bytes were sealed by an envelope, and not stored plainly as JSON or text."""
    return data[:1] == VERSION


def key_id_of(sealed: bytes) -> str:
    """Return the id of the data key that sealed it."""
    return sealed[len(VERSION) : len(VERSION) + ID_BYTES].decode("latin-1")


def stretched(key: bytes, purpose: bytes) -> bytes:
    """Return 32 bytes made of a secret for one purpose, from which neither the secret nor those of other purposes follow."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(key)
