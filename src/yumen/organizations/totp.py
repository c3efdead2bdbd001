"""Codes by time (RFC 6238), as an app on a phone shows them: six digits, a new one every thirty seconds."""

from __future__ import annotations

from hmac import compare_digest

import pyotp

STEP_US = 30_000_000
AROUND = (-1, 0, 1)
"""Steps around the present one whose codes count: clocks differ, and people need a while to type."""
ISSUER = "Yumen"


def new_secret() -> str:
    """Return a secret of 160 bits, as apps take it: in base 32."""
    return pyotp.random_base32()


def uri_of(secret: str, email: str) -> str:
    """Return what stands in the picture that an app reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def step_of(secret: str, text: str, now_us: int, last_step: int) -> int | None:
    """Return the step whose code that is, later than the last one that was used; None: it is none that counts."""
    codes = pyotp.TOTP(secret)
    steps = [now_us // STEP_US + offset for offset in AROUND]
    fitting = [step for step in steps if compare_digest(codes.generate_otp(step).encode(), text.encode())]
    return next((step for step in fitting if step > last_step), None)
