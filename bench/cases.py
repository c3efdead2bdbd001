"""What is asked: small and large bodies, streams that come at once and streams at a pace; how often, and at which equal rate."""

from __future__ import annotations

import json

import msgspec

MODEL = "claude-opus-5-5"
SMALL = "Hello there, how are you today? Tell me in a sentence."
CONNECTIONS = 16
PACED_CONNECTIONS = 50
PACE_US = 5_000
LARGE_CHARACTERS = 100_000


class Case(msgspec.Struct, frozen=True):
    """One kind of request, and how often it is asked in a round."""

    name: str
    says: str
    prompt: str
    requests: int
    events: int = 0
    """Of its stream; 0: a plain answer."""
    per_second: int | None = None
    """The equal rate at which every peer is asked; None: as fast as answers come."""
    paced: bool = False
    connections: int = CONNECTIONS

    def body(self) -> str:
        """Return the request's body as an SDK writes it."""
        asked = {"max_tokens": 64, "messages": [{"role": "user", "content": self.prompt}], "model": MODEL}
        return json.dumps(asked | ({"stream": True} if self.events else {}), separators=(",", ":"))


def stream(events: int) -> str:
    """Return the prompt that asks for so many events at once."""
    return f"{SMALL} [bench events={events}]"


def at_pace(events: int) -> str:
    """Return the prompt that asks for so many events, one at a time."""
    return f"{SMALL} [bench events={events} pace_us={PACE_US}]"


def paced(events: int, requests: int) -> Case:
    """Return the case of streams whose events come one at a time: the same number of events a second for each length."""
    says = f"{PACED_CONNECTIONS} streams side by side, {events} events, {PACE_US // 1000} ms apart"
    return Case(f"paced-{events}", says, at_pace(events), requests, events, paced=True, connections=PACED_CONNECTIONS)


LARGE = "All work and no play makes Jack a dull boy. " * (LARGE_CHARACTERS // 44)
HOLD = Case("hold", "an open stream on which nothing comes", f"{SMALL} [bench hold]", 0, events=2)

CASES = (
    Case("plain", "small bodies, as fast as answers come", SMALL, 30_000),
    Case("plain-rate", "small bodies, 2,000 a second", SMALL, 8_000, per_second=2_000),
    Case("large", "100 KB bodies, as fast as answers come", LARGE, 6_000),
    Case("large-rate", "100 KB bodies, 500 a second", LARGE, 2_000, per_second=500),
    Case("stream-30", "streams of 30 events at once, as fast as they end", stream(30), 15_000, events=30),
    Case("stream-30-rate", "streams of 30 events at once, 1,000 a second", stream(30), 4_000, events=30, per_second=1_000),
    Case("stream-300", "streams of 300 events at once, as fast as they end", stream(300), 4_000, events=300),
    Case("stream-300-rate", "streams of 300 events at once, 200 a second", stream(300), 800, events=300, per_second=200),
    paced(30, 1_500),
    paced(300, 150),
)
PER_EVENT = (("at once", "stream-30-rate", "stream-300-rate"), ("one at a time", "paced-30", "paced-300"))
"""Between which two cases the CPU of one relayed event is read: what it is called, 30 events, 300 events."""
