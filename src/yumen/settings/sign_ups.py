"""How sign-ups are taken, and where people find the console, as the settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.organizations.values import SignUpTerms

if TYPE_CHECKING:
    from yumen.settings.values import Settings

MINUTE_US = 60_000_000


def console_url_of(settings: Settings) -> str:
    """Return the address of the console, as letters have it."""
    return settings.console_url or f"http://{settings.control}"


def sign_up_terms(settings: Settings) -> SignUpTerms:
    """Return the terms of sign-ups."""
    chosen = settings.organizations
    return SignUpTerms(
        mode=chosen.sign_up,
        approval=chosen.approval,
        phone_required=chosen.phone_required,
        plan=chosen.plan,
        code_us=chosen.code_minutes * MINUTE_US,
        code_tries=chosen.code_tries,
        codes_per_hour=chosen.codes_per_hour,
    )
