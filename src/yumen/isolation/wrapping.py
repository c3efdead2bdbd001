"""Data keys under keys of keys: how a secret's text becomes one, and how one seals and opens data keys."""

from __future__ import annotations

import base64
import binascii
import os
import re
from typing import TYPE_CHECKING

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from yumen.isolation.values import KEY_PREFIX, DataKey, Kek, KekUnavailable
from yumen.storage.envelope import KEY_BYTES, NONCE_BYTES, stretched

if TYPE_CHECKING:
    from yumen.clock import Clock

HEX = re.compile(r"[0-9a-fA-F]{64}")
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{43}=?")
LEAST_CHARACTERS = 32
"""A passphrase is stretched without slowing down whoever guesses, so it has to be long."""
LEAST_DISTINCT = 10
"""Of 32 random bytes and of any sentence far more differ."""
FINGERPRINT_DIGITS = 16
PASSPHRASE, FINGERPRINT, WRAPPING = b"yumen kek of text 1", b"yumen kek fingerprint 1", b"yumen kek wrap 1"


def kek_of(reference: str, text: str) -> Kek:
    """Return the key of keys that a secret's text is: 32 bytes in hexadecimal or base64, or a long text.

    Raises KekUnavailable where it is too weak to protect anything.
    """
    value = text.strip()
    key = raw_of(value)
    if key is None:
        key = stretched(value.encode(), PASSPHRASE) if len(value) >= LEAST_CHARACTERS and len(set(value)) >= LEAST_DISTINCT else None
    if key is None or len(set(key)) < LEAST_DISTINCT:
        raise KekUnavailable(
            "{reference} holds no key that protects anything: make one with openssl rand -base64 32, or take a longer text",
            reference=reference,
        )
    return Kek(reference, stretched(key, WRAPPING), stretched(key, FINGERPRINT).hex()[:FINGERPRINT_DIGITS])


def raw_of(value: str) -> bytes | None:
    """Return the 32 bytes that a text writes down; None where it is another text."""
    if HEX.fullmatch(value):
        return bytes.fromhex(value)
    if not BASE64.fullmatch(value):
        return None
    try:
        raw = base64.urlsafe_b64decode(value.rstrip("=").replace("+", "-").replace("/", "_") + "=")
    except (binascii.Error, ValueError):
        return None
    return raw if len(raw) == KEY_BYTES else None


def new_text() -> str:
    """Return a new key of keys, as it is written down."""
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


def new_data_key(organization_id: str, kek: Kek, clock: Clock, after_us: int = 0) -> DataKey:
    """Make a data key, younger than a time, sealed under a key of keys."""
    key = DataKey(clock.new_id(KEY_PREFIX), organization_id, b"", kek.name, max(clock.now_us(), after_us + 1))
    return msgspec.structs.replace(key, wrapped=wrapped(key, os.urandom(KEY_BYTES), kek))


def wrapped(key: DataKey, secret: bytes, kek: Kek) -> bytes:
    """Seal a data key's secret: it opens as that organization's key of that id alone."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(kek.key).encrypt(nonce, secret, bound(key))


def unwrapped(key: DataKey, kek: Kek) -> bytes:
    """Open a data key. Raises KekUnavailable where it was changed, or sealed under another key of keys."""
    try:
        return AESGCM(kek.key).decrypt(key.wrapped[:NONCE_BYTES], key.wrapped[NONCE_BYTES:], bound(key))
    except (InvalidTag, ValueError):
        raise KekUnavailable("the data key {id} does not open: what the database holds of it is not what was written", id=key.id) from None


def rewrapped(key: DataKey, old: Kek, new: Kek) -> DataKey:
    """Return a data key sealed anew, under another key of keys."""
    return msgspec.structs.replace(key, wrapped=wrapped(key, unwrapped(key, old), new), wrapped_by=new.name)


def bound(key: DataKey) -> bytes:
    """Return what the seal of a data key is bound to."""
    return f"data_keys\0{key.organization_id}\0{key.id}".encode()
