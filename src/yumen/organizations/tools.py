"""What the use cases that deal with people share: records, clock, post, passwords, counted tries, and the terms of sign-ups."""

from __future__ import annotations

import msgspec

from yumen.clock import Clock
from yumen.organizations.attempts import DAY_US, HOUR_US, Allowance, Attempts, network_of
from yumen.organizations.letters import Letters
from yumen.organizations.passwords import Passwords
from yumen.organizations.post import PostRoom
from yumen.organizations.store import Store
from yumen.organizations.values import SignUpTerms
from yumen.storage.envelope import SealerOf

QUARTER_US = HOUR_US // 4
GUESSES_AT_AN_ADDRESS = 10
"""Wrong passwords in a quarter of an hour, by one caller for one address."""
GUESSES_OF_A_CALLER = 30
GUESSES_FOR_AN_ADDRESS = 100
"""By all callers together: far above what its owner needs, so that a stranger can hardly lock it."""
SECOND_STEPS = 10
"""Wrong codes of somebody's second factor in a quarter of an hour, whoever tries them: each has three chances in a million."""
SECOND_STEPS_A_DAY = 50
SECOND_STEPS_OF_A_CALLER = 30


class Tools(msgspec.Struct, frozen=True):
    """Given to the use cases by the composition root."""

    store: Store
    clock: Clock
    terms: SignUpTerms
    attempts: Attempts
    passwords: Passwords
    post: PostRoom
    letters: Letters
    sealer: SealerOf
    """Seals second factors."""


def guessing(email: str, caller: str) -> tuple[Allowance, ...]:
    """Return how often passwords may be tried."""
    network = network_of(caller)
    return (
        Allowance("password.address_and_caller", f"{network} {email}", GUESSES_AT_AN_ADDRESS, QUARTER_US),
        Allowance("password.caller", network, GUESSES_OF_A_CALLER, QUARTER_US),
        Allowance("password.address", email, GUESSES_FOR_AN_ADDRESS, QUARTER_US),
    )


def second_step(user_id: str, caller: str) -> tuple[Allowance, ...]:
    """Return how often codes of a second factor may be tried."""
    return (
        Allowance("second_step.user", user_id, SECOND_STEPS, QUARTER_US),
        Allowance("second_step.user_a_day", user_id, SECOND_STEPS_A_DAY, DAY_US),
        Allowance("second_step.caller", network_of(caller), SECOND_STEPS_OF_A_CALLER, QUARTER_US),
    )


def vouching(caller: str) -> tuple[Allowance, ...]:
    """Return how often a provider of single sign-on may be asked in vain by one caller."""
    return (Allowance("single_sign_on.caller", network_of(caller), GUESSES_OF_A_CALLER, QUARTER_US),)


def resetting(email: str, caller: str, terms: SignUpTerms) -> tuple[Allowance, ...]:
    """Return how often a new password may be asked for: as often as codes."""
    return (
        Allowance("reset.address", email, terms.codes_per_hour, HOUR_US),
        Allowance("reset.caller", network_of(caller), terms.codes_per_hour, HOUR_US),
    )


def sending(to: str, caller: str, terms: SignUpTerms) -> tuple[Allowance, ...]:
    """Return how often codes may be sent."""
    return (
        Allowance("code.address", to, terms.codes_per_hour, HOUR_US),
        Allowance("code.caller", network_of(caller), terms.codes_per_hour, HOUR_US),
    )


def confirming(caller: str, terms: SignUpTerms) -> tuple[Allowance, ...]:
    """Return how often codes may be tried by one caller, whosever they are."""
    return (Allowance("confirm.caller", network_of(caller), terms.codes_per_hour * terms.code_tries, HOUR_US),)
