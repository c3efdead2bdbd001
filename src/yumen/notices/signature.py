"""The signature of our own webhooks: HMAC-SHA256 over the time and the body, so that nobody can forge or replay a notice."""

from __future__ import annotations

import hashlib
import hmac
import re

VERSION = "v1"
TIMESTAMP_HEADER = "x-yumen-timestamp"
SIGNATURE_HEADER = "x-yumen-signature"
TOLERANCE_S = 300
"""A receiver refuses what is older, or newer, than this."""
TIMESTAMP = re.compile(r"[0-9]{1,15}")


def signature_of(secret: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a body that is sent at that time (seconds since 1970)."""
    return f"{VERSION}={hmac.new(secret.encode(), b'%d.' % timestamp + body, hashlib.sha256).hexdigest()}"


def signed_headers(secret: str | None, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the headers of a body; without a secret, the time alone."""
    headers = {TIMESTAMP_HEADER: str(timestamp)}
    if secret is not None:
        headers[SIGNATURE_HEADER] = signature_of(secret, timestamp, body)
    return headers


def is_signed(secret: str, headers: dict[str, str], body: bytes, now_s: int) -> bool:
    """Whether a body that came with these headers (names in lower case) is what the holder of the secret just sent: for receivers."""
    timestamp, signature = headers.get(TIMESTAMP_HEADER, ""), headers.get(SIGNATURE_HEADER, "")
    if not TIMESTAMP.fullmatch(timestamp) or abs(now_s - int(timestamp)) > TOLERANCE_S:
        return False
    return hmac.compare_digest(signature_of(secret, int(timestamp), body).encode(), signature.encode())
