"""The states of an upstream's circuit and their legal moves: one table that the code, the tests and the picture in the docs read."""

from __future__ import annotations

from enum import StrEnum


class Circuit(StrEnum):
    """How an upstream does."""

    CLOSED = "closed"
    """It answers: requests go there."""
    OPEN = "open"
    """It failed too often in a row: requests go elsewhere until it is time for a probe."""
    HALF_OPEN = "half_open"
    """One request is there as a probe; the others go elsewhere until it is known how that ends."""


MOVES: dict[Circuit, frozenset[Circuit]] = {
    Circuit.CLOSED: frozenset({Circuit.OPEN}),
    Circuit.OPEN: frozenset({Circuit.HALF_OPEN, Circuit.CLOSED}),
    Circuit.HALF_OPEN: frozenset({Circuit.CLOSED, Circuit.OPEN}),
}
"""From each state, where a circuit may move to."""

LEVELS = {Circuit.CLOSED: 0, Circuit.HALF_OPEN: 1, Circuit.OPEN: 2}
"""The states as the metric shows them."""
