"""`make soak`: a million requests, storms ended by `kill -9`, and a storm over limited keys; watches memory and the books."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from bench.load import raise_file_limit
from bench.soak.books import limited_storm
from bench.soak.long_run import long_run
from bench.soak.site import limited_site, site
from bench.soak.storms import kill_storms

MOST_GROWTH_BYTES = 16 * 1024 * 1024
"""More than the last tenth's memory may lie above that after the warm-up: heaps settle slowly, a leak does not."""


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="make soak", description="Watch the gateway through a long storm.")
    parser.add_argument("--parts", nargs="+", choices=list(PARTS), default=list(PARTS), help="which parts are run")
    parser.add_argument("--requests", type=int, default=1_000_000, help="of the long run")
    parser.add_argument("--minutes", type=float, default=60.0, help="after which the long run ends in any case")
    parser.add_argument("--storms", type=int, default=20, help="how many storms end by kill -9")
    parser.add_argument("--limited", type=int, default=100_000, help="answers of the storm over limited keys")
    parser.add_argument("--answers", type=int, default=2_000, help="how many answers a storm brings before it")
    return parser.parse_args()


def main() -> int:
    """Run the parts that were asked for; return 1 where memory grew or the books are wrong."""
    asked = arguments()
    console = Console(width=None if sys.stdout.isatty() else 150)
    raise_file_limit()
    with tempfile.TemporaryDirectory(prefix="yumen-soak-") as made:
        good = [PARTS[part](asked, Path(made) / part, console) for part in asked.parts]
    console.print("soak: all is well" if all(good) else "soak: FAILED")
    return 0 if all(good) else 1


def long_part(asked: argparse.Namespace, folder: Path, console: Console) -> bool:
    """Run very many requests; tell whether none was lost and memory stood."""
    with site(folder) as gateway:
        growth = asyncio.run(long_run(gateway, asked.requests, asked.minutes * 60, lambda told: console.print(f"soak: {told}")))
    console.print(f"soak: {growth}")
    return growth.lost == 0 and growth.bytes_after_warm_up < MOST_GROWTH_BYTES


def storms_part(asked: argparse.Namespace, folder: Path, console: Console) -> bool:
    """Run storms that end by `kill -9`; tell whether the ledger has each exchange once."""
    with site(folder) as gateway:
        told = asyncio.run(kill_storms(gateway, asked.storms, asked.answers))
    console.print(f"soak: {asked.storms} storms: {told}")
    return told.right


def books_part(asked: argparse.Namespace, folder: Path, console: Console) -> bool:
    """Run the storm over limited keys on either kind of store; tell whether ledger, counters and report agree."""
    agree = True
    for many_machines in (False, True):
        with limited_site(folder / str(many_machines), many_machines=many_machines) as gateway:
            _, books = asyncio.run(limited_storm(gateway, asked.limited, kills=5))
        console.print(f"soak: {'PostgreSQL and Valkey' if many_machines else 'SQLite and memory'}: {books}")
        agree = agree and books.agree
    return agree


PARTS = {"long": long_part, "storms": storms_part, "books": books_part}


if __name__ == "__main__":
    sys.exit(main())
