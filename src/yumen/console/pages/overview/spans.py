"""The spans of time that the overview can show, cut into the pieces of its charts, and the span before to compare with. Pure."""

from __future__ import annotations

import msgspec

MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US


class Span(msgspec.Struct, frozen=True):
    """A span: its name in addresses, and what its charts are cut into."""

    name: str
    width: str
    """As the admin API names it."""
    width_us: int
    pieces: int
    every_s: int
    """How often a page that shows it asks again."""

    @property
    def length_us(self) -> int:
        """How long it is."""
        return self.width_us * self.pieces


SPANS = {
    span.name: span
    for span in (
        Span("1h", "1m", MINUTE_US, 60, 5),
        Span("24h", "1h", HOUR_US, 24, 15),
        Span("7d", "6h", 6 * HOUR_US, 28, 60),
        Span("30d", "1d", 24 * HOUR_US, 30, 60),
    )
}
SPAN_SENTENCES = {"1h": "Last hour", "24h": "24 hours", "7d": "7 days", "30d": "30 days"}
BEFORE_SENTENCES = {"1h": "the hour before", "24h": "the 24 hours before", "7d": "the 7 days before", "30d": "the 30 days before"}
USUAL = "24h"


class Stretch(msgspec.Struct, frozen=True):
    """A span that ends now. The piece that now lies in is its last one, which is not over yet."""

    span: Span
    since_us: int
    now_us: int

    @property
    def starts_us(self) -> range:
        """Where each piece begins."""
        return range(self.since_us, self.since_us + self.span.length_us, self.span.width_us)

    @property
    def before_us(self) -> tuple[int, int]:
        """Beginning and end of the span before: as long as this one is by now, so that both can be compared."""
        return self.since_us - self.span.length_us, self.now_us - self.span.length_us


def stretch_of(span: Span, now_us: int) -> Stretch:
    """Return the span that ends with the piece that now lies in."""
    end_us = (now_us // span.width_us + 1) * span.width_us
    return Stretch(span, end_us - span.length_us, now_us)


def span_of(name: str | None) -> Span:
    """Return the span of that name, else the usual one."""
    return SPANS.get(name or USUAL, SPANS[USUAL])
