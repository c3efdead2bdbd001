"""Count what recognisers find in folders of ordinary files, for a person to judge: `python tools/false_alarms.py FOLDER…`.

The figures of `docs/recognisers.md` were made with it: of Python's own library, of its tests, of installed packages and their texts.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

from yumen.policy.recognisers import Together, recognisers_named

RECOGNISERS = recognisers_named(["all"])
TOGETHER = Together(RECOGNISERS)
TEXTS = {".py", ".md", ".rst", ".txt", ".pyi", ".c", ".h", ".js", ".css", ".html", ".json", ".toml", ""}
EXAMPLES = 5
CHARACTERS = 48


def main(folders: list[str]) -> int:
    """Print, for each folder, how much was read, how long it took, and what was found: how often, how many different, and examples."""
    for folder in folders:
        started = time.process_time()
        size, found = count(Path(folder))
        spent_us = (time.process_time() - started) * 1e6
        print(f"{folder}: {size / 1e6:.1f} MB, {spent_us / max(1, size / 1024):.0f} µs a KB with reading")
        for name in (each.name for each in RECOGNISERS):
            if values := found[name]:
                shown = ", ".join(repr(value[:CHARACTERS]) for value, _ in values.most_common(EXAMPLES))
                print(f"  {name}: {values.total()} ({len(values)} different), {values.total() * 1e6 / size:.3f} a MB: {shown}")
    return 0


def count(folder: Path) -> tuple[int, dict[str, Counter[str]]]:
    """Return how many bytes of text a folder has, and what each recogniser found in them."""
    size = 0
    found: dict[str, Counter[str]] = {each.name: Counter() for each in RECOGNISERS}
    for path in sorted(folder.rglob("*")):
        if path.suffix in TEXTS and path.is_file():
            try:
                text = path.read_text()
            except UnicodeDecodeError:
                continue
            size += len(text.encode())
            for start, end, number in TOGETHER.find(text):
                found[RECOGNISERS[number].name][text[start:end]] += 1
    return size, found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
