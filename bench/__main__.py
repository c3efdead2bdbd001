"""`make bench`: measures Yumen and its peers before the same upstream, shows a table, and writes bench/results/TIME.json."""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from rich.console import Console

from bench.cases import CASES
from bench.figures import Result, Run
from bench.load import H2LOAD, raise_file_limit
from bench.measure import measure_case, measure_start, warm
from bench.page import write_page
from bench.peers import BY_DEFAULT, EVERY, Peer, Running
from bench.peers.peer import PeerMissing
from bench.report import WIDTH, show
from tests.gateway import ROOT, wait_for

RESULTS = Path(__file__).parent / "results"
ENVIRONMENTS = Path(__file__).parent / "environments"
STREAMS = (1, 1000, 5000)
"""One stream is the base: what the first one of all takes once is no stream's."""
LEAST_FILES = 12_000


def arguments() -> argparse.Namespace:
    """Read the command line; the Makefile hands PEERS by the environment."""
    parser = argparse.ArgumentParser(prog="make bench", description="Measure against nginx and other gateways.")
    parser.add_argument("--peers", default=os.environ.get("PEERS") or ",".join(BY_DEFAULT), help="all, or names with commas")
    parser.add_argument("--rounds", type=int, default=3, help="how often each case is asked of each peer, in turn")
    parser.add_argument("--share", type=float, default=1.0, help="which share of a round's requests is sent")
    parser.add_argument("--cases", default="", help="names with commas; otherwise all")
    parser.add_argument("--no-memory", action="store_true", help="leave out idle streams")
    parser.add_argument("--page", action="store_true", help="write the figures into docs/performance.md")
    return parser.parse_args()


def main() -> int:
    """Measure."""
    asked = arguments()
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    files = raise_file_limit()
    streams = () if asked.no_memory else tuple(count for count in STREAMS if count * 2 < files)
    if files < LEAST_FILES:
        console.print(f"bench: only {files} open files are allowed; 5,000 streams need {LEAST_FILES}")
    with tempfile.TemporaryDirectory(prefix="yumen-bench-") as made, upstream(Path(made)) as port:
        run = Run(machine())
        peers = list(prepared(asked.peers, Path(made), port, console))
        for peer in peers:
            console.print(f"bench: start and memory of {peer.name}")
            run.starts.append(measure_start(peer, Path(made), streams))
        measure(run, peers, asked, Path(made), console)
    show(run, console)
    path = keep(run)
    console.print(f"bench: {path.relative_to(ROOT)}")
    if asked.page:
        write_page(run)
    return 0


def prepared(names: str, folder: Path, port: int, console: Console) -> Iterator[Peer]:
    """Yield the peers that were asked for and can be had."""
    wanted = [kind.name for kind in EVERY] if names == "all" else names.split(",")
    if unknown := set(wanted) - {kind.name for kind in EVERY}:
        raise SystemExit(f"bench: there is no peer {', '.join(sorted(unknown))}")
    folders = [str(place) for name in wanted if (place := ENVIRONMENTS / f"bench-{name}").is_dir()]
    if folders:
        subprocess.run([sys.executable, str(ROOT / "tools" / "clients.py"), *folders], check=True)
    for kind in EVERY:
        if kind.name in wanted:
            try:
                yield kind(folder, port)
            except PeerMissing as missing:
                console.print(f"bench: {kind.name} is left out: {missing}")


def measure(run: Run, peers: list[Peer], asked: argparse.Namespace, folder: Path, console: Console) -> None:
    """Ask every case of every peer, in turn, so that what the machine does meanwhile falls on all."""
    chosen = [case for case in CASES if not asked.cases or case.name in asked.cases.split(",")]
    with ExitStack() as stack:
        serving = [stack.enter_context(peer.run()) for peer in peers]
        for running in serving:
            warm(running, folder)
        for case in chosen:
            able = [running for running in serving if case.per_second is None or running.peer.slowness == 1]
            results = {running: Result(case.name, running.peer.name, []) for running in able}
            for number in range(asked.rounds):
                console.print(f"bench: {case.name}, round {number + 1} of {asked.rounds}")
                for running in turned(able, number):
                    results[running].rounds.append(measure_case(running, case, folder, asked.share))
            run.results += results.values()


def turned(peers: list[Running], number: int) -> list[Running]:
    """Return the peers in another order each round."""
    start = number % len(peers)
    return peers[start:] + peers[:start]


@contextmanager
def upstream(folder: Path) -> Iterator[int]:
    """Run the canned upstream; give its port."""
    out = folder / "upstream.out"
    with out.open("wb") as stdout:
        process = subprocess.Popen([sys.executable, "-m", "bench.upstream"], stdout=stdout, cwd=ROOT)
    try:
        wait_for(lambda: out.read_bytes().endswith(b"\n"), "the canned upstream")
        yield int(out.read_text())
    finally:
        process.terminate()
        process.wait()


def machine() -> dict[str, str]:
    """Say where this was measured."""
    names = [line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    generator = "h2load, own generator for paced streams" if H2LOAD else "own generator"
    return {
        "processor": names[0] if names else platform.machine(),
        "cores": str(os.cpu_count()),
        "kernel": platform.release().split("-")[0],
        "Python": platform.python_version(),
        "load by": generator,
        "measured": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    }


def keep(run: Run) -> Path:
    """Write the run down and return where."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{datetime.now(UTC):%Y%m%d-%H%M%S}.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(run), indent=1))
    return path


if __name__ == "__main__":
    sys.exit(main())
