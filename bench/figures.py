"""The figures of a run: what was measured of each peer, and what follows from it."""

from __future__ import annotations

from statistics import median

import msgspec

from bench.cases import PER_EVENT
from bench.generator import Spread
from bench.processes import Memory


class Round(msgspec.Struct, frozen=True):
    """One case asked of one peer, once."""

    requests: int
    succeeded: int
    seconds: float
    cpu_s: float
    """Of the peer's whole process tree."""
    latency: Spread
    first_event: Spread | None = None
    gap: Spread | None = None


class Result(msgspec.Struct):
    """A case asked of a peer, in all rounds."""

    case: str
    peer: str
    rounds: list[Round]

    @property
    def failed(self) -> int:
        """How many requests did not get a whole answer with status 200."""
        return sum(one.requests - one.succeeded for one in self.rounds)

    @property
    def per_second(self) -> float:
        """Answers a second: the median round's."""
        return median(one.succeeded / one.seconds for one in self.rounds)

    @property
    def cpu_us(self) -> float:
        """CPU for one request: the sum of all rounds, since the kernel counts in ticks."""
        return sum(one.cpu_s for one in self.rounds) / sum(one.requests for one in self.rounds) * 1e6

    def at(self, spread: str, quantile: str) -> float | None:
        """Return a quantile of a time in milliseconds, the median round's; None where it was not measured."""
        found = [getattr(one, spread) for one in self.rounds]
        return None if None in found else median(getattr(one, quantile) for one in found) / 1000


class Start(msgspec.Struct):
    """A peer's start, and its memory with open streams."""

    peer: str
    version: str
    ready_s: float
    first_answer_s: float
    memory: Memory
    """After the first answer."""
    streams: dict[int, Memory] = {}
    """By the number of open streams."""

    def bytes_per_stream(self) -> float | None:
        """Return what one idle open stream takes between the fewest and the most."""
        if len(self.streams) < 2:
            return None
        least, most = min(self.streams), max(self.streams)
        return (self.streams[most].pss_bytes - self.streams[least].pss_bytes) / (most - least)


class Run(msgspec.Struct):
    """A whole run."""

    machine: dict[str, str]
    starts: list[Start] = []
    results: list[Result] = []

    def find(self, case: str, peer: str) -> Result | None:
        """Return what a case gave for a peer."""
        return next((one for one in self.results if (one.case, one.peer) == (case, peer)), None)

    def peers(self) -> list[str]:
        """Return the peers in their order."""
        return [start.peer for start in self.starts]

    def cpu_per_event_us(self, peer: str, fewer: str, more: str) -> float | None:
        """Return the CPU of one relayed event: the difference of streams of 300 and of 30 events."""
        short, long = self.find(fewer, peer), self.find(more, peer)
        return None if short is None or long is None else (long.cpu_us - short.cpu_us) / 270

    def events(self) -> list[tuple[str, str, float]]:
        """Return the CPU of a relayed event: how the events came, peer, microseconds."""
        found = [(how, peer, self.cpu_per_event_us(peer, *cases)) for how, *cases in PER_EVENT for peer in self.peers()]
        return [(how, peer, cost) for how, peer, cost in found if cost is not None]
