"""`python -m bench.reliability`: plays the scenes and prints the figures; `--page` puts them into docs/reliability.md."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench.reliability.report import FAULT_HEADS, OUTAGE_HEADS, fault_rows, outage_rows, table

if TYPE_CHECKING:
    from bench.reliability.scene import Played

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
PAGES = {"en": DOCS / "reliability.md", "zh": DOCS / "reliability.zh-CN.md"}


def main() -> int:
    """Play everything; return 1 where a call was lost, or a request was paid twice without being told."""
    parser = argparse.ArgumentParser(prog="python -m bench.reliability", description="Play outages and faults in virtual time.")
    parser.add_argument("--page", action="store_true", help="put the figures into the page")
    asked = parser.parse_args()
    wrong: list[str] = []

    def told(played: Played) -> None:
        if played.lost or played.paid_twice_untold:
            wrong.append(f"{played.scene.name}: {played.lost} lost, {played.paid_twice_untold} paid twice untold")

    for mark, heads, rows in (("outages", OUTAGE_HEADS, outage_rows(told)), ("faults", FAULT_HEADS, fault_rows(told))):
        print(table(heads["en"], rows, "en"))
        for language, page in PAGES.items() if asked.page else []:
            put(page, mark, table(heads[language], rows, language))
    print("\n".join(wrong) or "nothing was lost, and nothing paid twice untold")
    return 1 if wrong else 0


def put(page: Path, mark: str, text: str) -> None:
    """Put a table between its marks."""
    before, begin, rest = page.read_text().partition(f"<!-- begin {mark} -->\n")
    _, end, after = rest.partition(f"<!-- end {mark} -->\n")
    page.write_text(before + begin + text + end + after)


if __name__ == "__main__":
    sys.exit(main())
