"""The form of a key: `yk-<environment>-<public id>-<secret>`, 256 bits of secret and a checksum against typing errors."""

from __future__ import annotations

import re
from hashlib import sha256
from zlib import crc32

from yumen.keys.values import ADMIN, ENVIRONMENTS, KEY_ID_PREFIX, Credential, Reason

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
MARK = "yk-"
PUBLIC_CHARACTERS = 24
SECRET_BYTES = 32
SECRET_CHARACTERS = 43
"""62^43 is the first power of 62 above 2^256."""
CHECKSUM_CHARACTERS = 6
"""62^6 is the first power of 62 above 2^32."""

_FORM = re.compile(
    rf"yk-({'|'.join((*ENVIRONMENTS, ADMIN))})"
    rf"-([0-9A-Za-z]{{{PUBLIC_CHARACTERS}}})"
    rf"-[0-9A-Za-z]{{{SECRET_CHARACTERS + CHECKSUM_CHARACTERS}}}"
)


def base62(number: int, characters: int) -> str:
    """Return a number as that many base62 characters."""
    digits = []
    for _ in range(characters):
        number, digit = divmod(number, 62)
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))


def form_key(environment: str, key_id: str, secret: bytes) -> str:
    """Return the text of a key. `secret` is 32 random bytes."""
    public = key_id.removeprefix(KEY_ID_PREFIX)
    body = f"{MARK}{environment}-{public}-{base62(int.from_bytes(secret), SECRET_CHARACTERS)}"
    return body + checksum(body)


def checksum(body: str) -> str:
    """Return the six characters that end a key: a CRC-32 over all that stands before them, the environment included."""
    return base62(crc32(body.encode()), CHECKSUM_CHARACTERS)


def parse_key(text: str, *, trimmed: bool = False) -> Credential | Reason:
    """Read a key's text (without white space around it): a credential, or why it cannot be one."""
    match = _FORM.fullmatch(text)
    if match is None:
        return Reason.MALFORMED
    if checksum(text[:-CHECKSUM_CHARACTERS]) != text[-CHECKSUM_CHARACTERS:]:
        return Reason.MISTYPED
    environment, public = match.groups()
    return Credential(KEY_ID_PREFIX + public, environment, digest_of(text), trimmed)


def digest_of(text: str) -> bytes:
    """Return what is stored of a key. Its 256 random bits need no slow hash: there is nothing to guess from."""
    return sha256(text.encode()).digest()
