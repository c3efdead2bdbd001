"""All of the tour, in the order in which production tutorials name the practices."""

from __future__ import annotations

from examples.tour import account, calling, further, pitfalls, safekeeping, uses

CHAPTERS = (
    uses.CHAPTER,
    account.CHAPTER,
    calling.CHAPTER,
    calling.PRODUCTION,
    safekeeping.CHAPTER,
    pitfalls.CHAPTER,
    further.SPEED,
    further.FURTHER,
)
