"""`python -m bench.reliability`: plays the scenes and prints the figures; `--page` puts them into docs/reliability.md."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench.reliability.report import fault_table, outage_table

PAGES = [Path(__file__).resolve().parent.parent.parent / "docs" / name for name in ("reliability.md", "reliability.zh-CN.md")]


def main() -> int:
    """Play everything; return 1 where a call was lost, or a request was paid twice without being told."""
    parser = argparse.ArgumentParser(prog="python -m bench.reliability", description="Play outages and faults in virtual time.")
    parser.add_argument("--page", action="store_true", help="put the figures into the page")
    asked = parser.parse_args()
    wrong: list[str] = []

    def told(played: object) -> None:
        lost, untold, name = played.lost, played.paid_twice_untold, played.scene.name  # type: ignore[attr-defined]
        if lost or untold:
            wrong.append(f"{name}: {lost} lost, {untold} paid twice untold")

    tables = {"outages": outage_table(told), "faults": fault_table(told)}
    for name, table in tables.items():
        print(table)
        for page in PAGES if asked.page else []:
            put(page, name, table)
    print("\n".join(wrong) or "nothing was lost, and nothing paid twice untold")
    return 1 if wrong else 0


def put(page: Path, mark: str, table: str) -> None:
    """Put a table between its marks."""
    before, begin, rest = page.read_text().partition(f"<!-- begin {mark} -->\n")
    _, end, after = rest.partition(f"<!-- end {mark} -->\n")
    page.write_text(before + begin + table + end + after)


if __name__ == "__main__":
    sys.exit(main())
