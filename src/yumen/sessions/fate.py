"""What becomes of a turn when its exchange ends. Pure."""

from __future__ import annotations

from enum import StrEnum

from yumen.exchange.values import Outcome

FIRST_FAULT_STATUS = 300
REFUSAL = "refusal"
"""The stop reason after which Claude asks that the turn be left out of the conversation."""


class Fate(StrEnum):
    """What becomes of it."""

    KEEP = "keep"
    """It counts, with its answer."""
    BREAK = "break"
    """It is kept and shown, and does not count: something was asked, and the caller has no whole answer."""
    WITHDRAW = "withdraw"
    """It never was: nothing was answered, and nothing was charged."""


def fate_of(outcome: Outcome, status: int, *, sent: bool, wanted: bool) -> Fate:
    """Return a turn's fate. `sent`: it may be charged. `wanted`: an answer whose caller has left can be asked for again."""
    if outcome is Outcome.ANSWERED or (outcome is Outcome.DRAINED and wanted):
        return Fate.KEEP if status < FIRST_FAULT_STATUS else Fate.WITHDRAW
    return Fate.BREAK if sent else Fate.WITHDRAW
