"""Codes that prove an address, and tokens that open something once: drawn from the system's own chance, kept only as salted hashes."""

from __future__ import annotations

import secrets
from hashlib import sha256
from hmac import compare_digest

import msgspec

from yumen.organizations.rows import Code

DIGITS = 8
SALT_BYTES = 16
TOKEN_BYTES = 32


def new_digits() -> str:
    """Return a code that people can type."""
    return str(secrets.randbelow(10**DIGITS)).zfill(DIGITS)


def new_token() -> str:
    """Return a text with 256 bits of chance, for machines and the clipboard."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def seal(text: str, salt: bytes | None = None) -> bytes:
    """Return what is stored of a code or token: a salt, and the hash of both."""
    salt = secrets.token_bytes(SALT_BYTES) if salt is None else salt
    return salt + sha256(salt + text.encode()).digest()


def opens(sealed: bytes, text: str) -> bool:
    """Whether that is the text that was sealed."""
    return compare_digest(sealed, seal(text, sealed[:SALT_BYTES]))


def unsent(subject: str, channel: str, tries: int) -> Code:
    """Return the place of a code that is still to be sent: nothing opens it."""
    return Code(subject, channel, seal(new_token()), None, tries, 0, 0, 0)


def renewed(code: Code, text: str | None, now_us: int, lasting: tuple[int, int]) -> Code:
    """Return a code with a new text (None: one that nobody knows), for so many microseconds and tries; the old text opens nothing."""
    life_us, tries = lasting
    return msgspec.structs.replace(
        code,
        hash=seal(new_token() if text is None else text),
        shown_code=None,
        tries_left=tries,
        sent=code.sent + 1,
        sent_us=now_us,
        expires_us=now_us + life_us,
    )


def counts(code: Code, now_us: int) -> bool:
    """Whether a code can be tried at all."""
    return code.used_us is None and code.sent > 0 and code.tries_left > 0 and now_us < code.expires_us
