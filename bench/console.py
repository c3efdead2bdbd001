"""`python -m bench.console`: what the console costs the data path: plain requests at an equal rate, alone and while visitors work.

Gateway and console are one process. In turn, so many rounds: the load alone, then the same load while visitors open one page after
another as fast as they come. What is said: median and 99th percentile of both, the difference, and how many pages were shown.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from threading import Event

import httpx2
import msgspec
from rich.console import Console
from rich.table import Table

from bench.__main__ import upstream
from bench.cases import CONNECTIONS, SMALL, Case
from bench.generator import Load, Measured
from bench.load import send
from bench.measure import warm
from bench.peers.yumen import Yumen
from tests.gateway import YUMEN
from yumen.console.pages.cookies import SESSION

PAGES = ("/overview", "/requests", "/keys", "/limits", "/workspaces", "/members", "/audit", "/policies", "/system", "/upstreams")
"""What visitors open, in turn: those that ask most of the database among them."""


class Shown(msgspec.Struct):
    """What visitors saw while a load was sent."""

    pages: int = 0
    failed: int = 0
    seconds: float = 0.0


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.console", description="Measure what the console costs the data path.")
    parser.add_argument("--visitors", type=int, default=4, help="how many open pages at once")
    parser.add_argument("--rate", type=int, default=500, help="requests a second on the data port")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long a round takes")
    parser.add_argument("--rounds", type=int, default=3, help="how often, alone and with visitors in turn")
    return parser.parse_args()


def main() -> int:
    """Measure and say."""
    asked = arguments()
    with tempfile.TemporaryDirectory(prefix="yumen-bench-") as made, upstream(Path(made)) as port:
        peer = Yumen(Path(made), port)
        with peer.run() as running:
            warm(running, Path(made))
            key, console = operator_key(peer), f"http://127.0.0.1:{peer.control_port}"
            load = load_of(peer, asked.rate, round(asked.rate * asked.seconds))
            alone: list[Measured] = []
            together: list[Measured] = []
            seen: list[Shown] = []
            for _ in range(asked.rounds):
                alone.append(send(load, Path(made)))
                with visited(console, key, asked.visitors) as shown:
                    together.append(send(load, Path(made)))
                seen.append(shown)
    show(alone, together, seen)
    return 0 if all(each.succeeded == each.requests for each in alone + together) and not any(each.failed for each in seen) else 1


def load_of(peer: Yumen, rate: int, requests: int) -> Load:
    """Return plain requests at a rate."""
    body = Case("console", "", SMALL, requests).body()
    return Load(peer.port, CONNECTIONS, requests, body, peer.headers(), rate)


def operator_key(peer: Yumen) -> str:
    """Make an operator's key, whose text is a session."""
    command = [str(YUMEN), "keys", "create", "bench-console", "--kind", "admin", "--role", "operator", "--json", "--data", str(peer.data)]
    made = subprocess.run(command, check=True, capture_output=True, env=peer.environment())
    return str(json.loads(made.stdout)["key"])


@contextmanager
def visited(base: str, key: str, visitors: int) -> Iterator[Shown]:
    """Let visitors open pages inside the `with`."""
    shown, over, began_s = Shown(), Event(), time.monotonic()
    with ThreadPoolExecutor(visitors) as threads:
        for number in range(visitors):
            threads.submit(visit, base, key, (over, shown, number))
        try:
            yield shown
        finally:
            over.set()
    shown.seconds = time.monotonic() - began_s


def visit(base: str, key: str, round_: tuple[Event, Shown, int]) -> None:
    """Open one page after another."""
    over, shown, number = round_
    with httpx2.Client(base_url=base, headers={"cookie": f"{SESSION}={key}"}, timeout=30.0) as client:
        while not over.is_set():
            answer = client.get(PAGES[number % len(PAGES)])
            shown.pages += 1
            shown.failed += answer.status_code != httpx2.codes.OK
            number += 1


def show(alone: list[Measured], together: list[Measured], seen: list[Shown]) -> None:
    """Print the table."""
    console = Console(width=None if sys.stdout.isatty() else 120)
    table = Table(title="plain requests at an equal rate, ms")
    for name in ("round", "p50 alone", "p50 with", "p99 alone", "p99 with", "p99 added", "pages/s", "pages failed"):
        table.add_column(name, justify="right")
    for number, (one, other, shown) in enumerate(zip(alone, together, seen, strict=True), 1):
        table.add_row(str(number), *line(one, other), f"{shown.pages / shown.seconds:.0f}", str(shown.failed))
    added = median(other.latency.p99_us - one.latency.p99_us for one, other in zip(alone, together, strict=True))
    console.print(table)
    console.print(f"p99 added, median of the rounds: {added / 1000:.2f} ms")


def line(one: Measured, other: Measured) -> list[str]:
    """Return the figures of one round."""
    values = (one.latency.p50_us, other.latency.p50_us, one.latency.p99_us, other.latency.p99_us)
    return [f"{value / 1000:.2f}" for value in (*values, other.latency.p99_us - one.latency.p99_us)]


if __name__ == "__main__":
    sys.exit(main())
