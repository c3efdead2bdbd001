"""Walk through the practices of production, one step each: the practice, the command, the evidence, a tick or a cross."""

from __future__ import annotations

import argparse
import sys
import traceback
from pathlib import Path
from tempfile import TemporaryDirectory

from examples.tour.chapters import CHAPTERS
from examples.tour.house import House, opened_house
from examples.tour.page import PAGES, page
from examples.tour.step import Seen, Step


def main() -> int:
    """Walk; return 1 where a step that should hold does not, or a page differs."""
    parser = argparse.ArgumentParser(prog="make tour", description=__doc__)
    parser.add_argument("--page", action="store_true", help="write docs/tutorial.md and its Chinese twin from what was seen")
    parser.add_argument("--check", action="store_true", help="fail where the pages are not what was seen")
    parser.add_argument("--only", default="", help="walk the steps alone whose English title has these words")
    parser.add_argument("--language", choices=["en", "zh"], default="en", help="in which language to tell it")
    chosen = parser.parse_args()
    if chosen.only and (chosen.page or chosen.check):
        parser.error("a page needs all steps: leave --only out")
    with TemporaryDirectory(prefix="yumen-tour-") as folder, opened_house(Path(folder)) as house:
        seen = walk(house, chosen)
    ticks = sum(one.fault is None for each in seen for one in each)
    print(f"\n{ticks} of {sum(map(len, seen))}")
    return 0 if ticks == sum(map(len, seen)) and told(seen, chosen) else 1


def walk(house: House, chosen: argparse.Namespace) -> list[list[Seen]]:
    """Walk through the chapters, telling each step."""
    seen = []
    for chapter in CHAPTERS:
        steps = [step for step in chapter.steps if chosen.only.lower() in step.title.english.lower()]
        if steps:
            print(f"\n{chapter.title.said(chosen.language)}")
        seen.append([tell(take(step, house), chosen.language) for step in steps])
    return seen


def take(step: Step, house: House) -> Seen:
    """Take one step, and note how it went."""
    try:
        return Seen(step, step.prove(house))
    except Exception as error:  # noqa: BLE001  (whatever goes wrong is a cross)
        traceback.print_exc(file=sys.stderr)
        return Seen(step, [], f"{type(error).__name__}: {error}")


def tell(seen: Seen, language: str) -> Seen:
    """Say how a step went."""
    print(f"  {seen.mark} {seen.step.title.said(language)}")
    print("".join(f"      $ {line}\n" for line in seen.step.command.splitlines()), end="")
    print("".join(f"      {line}\n" for line in ([seen.fault] if seen.fault else seen.evidence)), end="", flush=True)
    return seen


def told(seen: list[list[Seen]], chosen: argparse.Namespace) -> bool:
    """Write the pages, or compare them; return whether they are what was seen."""
    same = True
    for path, language in PAGES.items():
        text = page(seen, language)
        if chosen.page:
            path.write_text(text)
        elif chosen.check and (not path.exists() or path.read_text() != text):
            print(f"{path.name} is not what was seen: make tour ARGS=--page")
            same = False
    return same


if __name__ == "__main__":
    sys.exit(main())
