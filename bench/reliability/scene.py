"""One scene: a gateway in virtual time, its upstreams with their weather, and callers that come at random; and what became of it all."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import msgspec

from bench.reliability.callers import Called, Caller, call
from bench.reliability.gateway import Parts, open_gateway
from bench.reliability.upstream import Upstream
from bench.reliability.virtual import VirtualLoop

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.reliability.upstream import Spell
    from yumen.exchange import Exchange

WINDOW_S = 5.0
"""The service is back when of the calls that begin in so long nearly all end right, and soon."""
GOOD_SHARE = 0.99
SOON_S = 5.0
FOREVER_S = float("inf")


class Scene(msgspec.Struct, frozen=True):
    """What is played: upstreams by name and priority, with their weather; how many calls a second, for how long."""

    name: str
    chinese: str
    weather: Mapping[str, tuple[Spell, ...]]
    calls_per_s: float = 20.0
    seconds: float = 600.0
    capacity: int = 10_000
    """How many requests at once an upstream works on; above it is overloaded."""
    streamed_share: float = 0.5
    resend_lost: bool = False
    attempts: int = 3
    """Of the gateway; 1: it does not retry."""
    caller_attempts: int = 3
    """Of the caller, as the SDK's default is; 1: it does not retry."""


class Played(msgspec.Struct, frozen=True):
    """What became of a scene."""

    scene: Scene
    calls: list[Called]
    exchanges: dict[str, Exchange]
    """The gateway's record of each request, by its simulated id; each was closed exactly once."""
    closed: int
    upstreams: dict[str, Upstream]

    @property
    def lost(self) -> int:
        """Calls without either the right answer or a clear error, and requests without exactly one record."""
        asked = sum(len(each.requests) for each in self.calls)
        return sum(not each.clear for each in self.calls) + abs(asked - self.closed)

    def processed(self, call: Called) -> int:
        """Return how often a call was processed, by all upstreams, whoever asked again: the gateway or its caller's SDK."""
        return sum(each.processed[request] for each in self.upstreams.values() for request in call.requests)

    @property
    def paid_twice(self) -> int:
        """Calls that were processed more than once."""
        return sum(self.processed(call) > 1 for call in self.calls)

    @property
    def paid_twice_untold(self) -> int:
        """Those of them whose records do not say so."""
        told = {call for call in self.calls if any(is_told(self.exchanges[request]) for request in call.requests)}
        return sum(self.processed(call) > 1 and call not in told for call in self.calls)

    @property
    def factor(self) -> float:
        """Attempts that the upstreams saw, for each request that the gateway took."""
        return sum(len(each.times_s) for each in self.upstreams.values()) / max(len(self.exchanges), 1)

    def worst_factor(self, from_s: float, to_s: float) -> float:
        """Return the same of a stretch of time, in which an outage lies."""
        tried = sum(from_s <= time_s < to_s for each in self.upstreams.values() for time_s in each.times_s)
        taken = sum(from_s <= begun_s(exchange) < to_s for exchange in self.exchanges.values())
        return tried / max(taken, 1)

    def right_share(self, from_s: float, to_s: float, within_s: float = FOREVER_S) -> float:
        """Return which share of the calls that began in a stretch of time ended right, within a time."""
        began = [each for each in self.calls if from_s <= each.begun_s < to_s]
        return sum(each.right and each.ended_s - each.begun_s <= within_s for each in began) / max(len(began), 1)

    def recovery_s(self, outage_end_s: float) -> float | None:
        """Return how long after the end of an outage the service was good again; None: not within the scene."""
        start_s = outage_end_s
        while start_s + WINDOW_S <= self.scene.seconds:
            if self.right_share(start_s, start_s + WINDOW_S, SOON_S) >= GOOD_SHARE:
                return start_s - outage_end_s
            start_s += 0.5
        return None


def begun_s(exchange: Exchange) -> float:
    """Return when a request came, in the scene's time."""
    return exchange.received_ns / 1e9


def is_told(exchange: Exchange) -> bool:
    """Whether the record of a request says that it may have been charged more than once."""
    return any(attempt.why == "resent" for attempt in exchange.attempts)


def play(scene: Scene, seed: int) -> Played:
    """Play a scene; the same seed plays the same."""
    draw = Random(seed)  # noqa: S311  (a simulation, not a secret)
    upstreams = {name: Upstream(Random(draw.random()), weather, scene.capacity) for name, weather in scene.weather.items()}  # noqa: S311
    loop = VirtualLoop(upstreams)
    asyncio.set_event_loop(None)
    with tempfile.TemporaryDirectory(prefix="yumen-reliability-") as folder:
        try:
            return loop.run_until_complete(play_in(scene, draw, upstreams, Path(folder)))
        finally:
            loop.close()


async def play_in(scene: Scene, draw: Random, upstreams: dict[str, Upstream], folder: Path) -> Played:
    """Play a scene in the running loop."""
    parts = Parts(tuple(upstreams), resend_lost=scene.resend_lost, attempts=scene.attempts)
    gateway = open_gateway(parts, folder, Random(draw.random()))  # noqa: S311
    tasks: list[asyncio.Task[Called]] = []
    loop = asyncio.get_running_loop()
    number = 0
    while loop.time() < scene.seconds:
        number += 1
        streamed = draw.random() < scene.streamed_share
        caller = Caller(gateway.handle, Random(draw.random()), scene.caller_attempts)  # noqa: S311
        tasks.append(asyncio.ensure_future(call(caller, f"call{number}", streamed=streamed)))
        await asyncio.sleep(draw.expovariate(scene.calls_per_s))
    calls = list(await asyncio.gather(*tasks))
    return Played(scene, calls, gateway.exchanges, gateway.closed, upstreams)
