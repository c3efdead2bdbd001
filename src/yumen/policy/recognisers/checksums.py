"""What makes a token more than its prefix: a checksum of its maker's, a header that decodes, letters and digits together."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from zlib import crc32

import msgspec

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECKSUM_CHARACTERS = 6
_CLASSIC_CHARACTERS = 40
_FRESH_CHARACTERS = 300
"""Since 2026 the tokens of GitHub's apps are signed and about 520 characters long, without that checksum."""


class _Header(msgspec.Struct):
    """What every header of a signed or encrypted web token says."""

    alg: str


def base62_crc32(text: str) -> str:
    """Return six characters that end GitHub's tokens and this gateway's keys: a CRC-32 in base62."""
    number, found = crc32(text.encode()), ""
    for _ in range(_CHECKSUM_CHARACTERS):
        number, digit = divmod(number, 62)
        found = _BASE62[digit] + found
    return found


def is_checked_yumen(token: str) -> bool:
    """Tell whether a key's last six characters are the checksum of all that stands before them."""
    return base62_crc32(token[:-_CHECKSUM_CHARACTERS]) == token[-_CHECKSUM_CHARACTERS:]


def is_checked_github(token: str) -> bool:
    """Tell whether a token of 40 characters ends in the checksum of what follows its prefix; a long one of an app's has none."""
    if len(token) == _CLASSIC_CHARACTERS:
        return base62_crc32(token[4:-_CHECKSUM_CHARACTERS]) == token[-_CHECKSUM_CHARACTERS:]
    return token.startswith("ghs_") and len(token) > _FRESH_CHARACTERS


def is_mixed(token: str) -> bool:
    """Tell whether there are digits and letters behind the prefix, as in all that was drawn by chance."""
    rest = token[4:]
    return any(map(str.isdigit, rest)) and any(map(str.isalpha, rest))


def is_json_web_token(token: str) -> bool:
    """Tell whether the first part is a header in base64 that names its algorithm."""
    header = token.partition(".")[0]
    try:
        msgspec.json.decode(urlsafe_b64decode(header + "=" * (-len(header) % 4)), type=_Header)
    except (ValueError, RecursionError):  # base64's and msgspec's errors are values' errors
        return False
    return True
