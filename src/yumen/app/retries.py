"""How often and how long requests are tried, as the settings say it and as the sending takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.upstream import RetryOptions

if TYPE_CHECKING:
    from yumen.settings.sending import Retry

US_PER_S = 1_000_000
US_PER_MS = 1000


def retry_options(chosen: Retry) -> RetryOptions:
    """Return the settings in the sending's units."""
    return RetryOptions(
        attempts=chosen.attempts,
        first_wait_us=chosen.first_wait_ms * US_PER_MS,
        longest_wait_us=round(chosen.longest_wait_s * US_PER_S),
        patience_s=chosen.patience_s,
        budget_percent=chosen.budget_percent,
        resend_lost=chosen.resend_lost,
        early_ping_s=chosen.early_ping_s,
    )
