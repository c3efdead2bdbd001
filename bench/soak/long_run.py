"""The long run: very many ordinary requests, every other kind of caller beside them, and a look at the memory after each portion."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from statistics import median

import msgspec

from bench.generator import Load
from bench.load import send
from bench.processes import memory
from bench.soak.site import port_of
from bench.soak.storm import EVERY, GOOD, Behaviour, Storm, body_for, headers_for, storm
from tests.gateway import Gateway

PORTIONS = 40
WARM_UP = 8
"""Portions after which memory is looked at: heaps, caches and the database's have their size by then."""
ODD = tuple(behaviour for behaviour in EVERY if behaviour not in GOOD)


class Growth(msgspec.Struct):
    """What the long run showed."""

    requests: int
    others: int
    """Requests of the callers beside."""
    bytes_after_warm_up: int
    """How much more the last portions' memory was than the first after the warm-up."""
    bytes_at_most: int
    lost: int
    """Exchanges that are not in the ledger exactly once."""

    def __str__(self) -> str:
        million = self.bytes_after_warm_up / 1e6 / max(self.requests * (PORTIONS - WARM_UP) / PORTIONS / 1e6, 1e-9)
        return (
            f"{self.requests:,} requests and {self.others:,} odd ones beside; memory grew {self.bytes_after_warm_up / 1e6:+.1f} MB after "
            f"the warm-up ({million:+.1f} MB a million), {self.bytes_at_most / 1e6:.0f} MB at most; {self.lost} exchanges lost or twice"
        )


async def long_run(gateway: Gateway, requests: int, most_s: float, say: Callable[[str], None]) -> Growth:
    """Send the requests in portions, plain and streamed in turn."""
    key = gateway.new_key("soak")
    began_s = time.monotonic()
    resident: list[int] = []
    sent = succeeded = 0
    stop = asyncio.Event()
    beside = asyncio.create_task(storm(port_of(gateway), headers_for(key), ODD, lambda _: stop.is_set()))
    while sent < requests and time.monotonic() - began_s < most_s:
        body = body_for(Behaviour.STREAM if len(resident) % 2 else Behaviour.PLAIN)
        load = Load(port_of(gateway), 16, max(requests // PORTIONS, 1), body, headers_for(key))
        measured = await asyncio.to_thread(send, load, gateway.folder)
        sent += measured.requests
        succeeded += measured.succeeded
        assert gateway.process is not None  # noqa: S101  (it runs)
        resident.append(memory(gateway.process.pid).rss_bytes)
        if len(resident) % 4 == 0:
            say(f"{sent:,} requests, {resident[-1] / 1e6:.0f} MB, {sent / (time.monotonic() - began_s):,.0f} a second")
    stop.set()
    odd = await beside
    gateway.stop()
    return Growth(sent, len(odd.answers), grown(resident), max(resident), lost_of(gateway, succeeded, odd))


def grown(resident: list[int]) -> int:
    """Return by how much the last portions lie above the first after the warm-up."""
    settled = resident[len(resident) * WARM_UP // PORTIONS :]
    few = max(len(settled) // 4, 1)
    return round(median(settled[-few:]) - median(settled[:few]))


def lost_of(gateway: Gateway, succeeded: int, odd: Storm) -> int:
    """Count the exchanges that are not in the ledger once, by its database: everything is in it after an orderly stop."""
    with closing(sqlite3.connect(gateway.data / "yumen.db")) as database:
        rows: list[tuple[str, str]] = database.execute("SELECT request_id, outcome FROM entries").fetchall()
    held = dict(rows)
    twice = len(rows) - len(held)
    missing = sum(answer.request_id not in held for answer in odd.answers)
    answered = sum(outcome == "answered" for _, outcome in rows)
    return twice + missing + max(succeeded + odd.complete - answered, 0)
