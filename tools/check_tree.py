"""Check what no linter knows: sizes, names, and that nothing in the tree names a package registry or a developer's machine."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE_LINES = 400
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base", "v2"}

# One letter of each stands in brackets, so that this file passes its own check.
HOSTS = (r"py[p]i\.org", r"python[h]osted\.org", r"npm[j]s\.(?:org|com)", r"yarn[p]kg\.com", r"deb\.[d]ebian\.org")
FORBIDDEN = {
    "names a package registry": re.compile("|".join(HOSTS)),
    "names a place on a developer's machine": re.compile(r"(?:^|[\s\"'`(=:])/(?:home|Users|work|root)/[A-Za-z0-9_.-]+"),
    "holds a conflict marker": re.compile(r"^(?:<<<<<<<|>>>>>>>) ", re.MULTILINE),
}


def main() -> int:
    """Look at every file that git knows; print what is wrong and return 1 if anything is."""
    listing = subprocess.run(["git", "ls-files", "-z"], check=True, cwd=ROOT, stdout=subprocess.PIPE)  # noqa: S607  (git is where it is)
    found = [line for name in listing.stdout.decode().split("\0") if name for line in look_at(ROOT / name)]
    print("\n".join(found))
    return 1 if found else 0


def look_at(path: Path) -> list[str]:
    """Return what is wrong with one file."""
    if not path.is_file():
        return []
    place = path.relative_to(ROOT)
    try:
        text = path.read_text()
    except UnicodeDecodeError:
        return []
    wrong = [f"{place}: {what}: {match.group().strip()}" for what, pattern in FORBIDDEN.items() if (match := pattern.search(text))]
    return wrong + (look_at_source(place, text) if place.suffix == ".py" else [])


def look_at_source(place: Path, text: str) -> list[str]:
    """Return what is wrong with one source file's name and size."""
    wrong = []
    lines = text.count("\n")
    if lines > LONGEST_FILE_LINES:
        wrong.append(f"{place}: {lines} lines; {LONGEST_FILE_LINES} is the wall")
    if place.parts[0] == "src" and VAGUE_NAMES & {part.removesuffix(".py") for part in place.parts}:
        wrong.append(f"{place}: the name says nothing")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
