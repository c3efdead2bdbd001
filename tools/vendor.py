"""Put the browser libraries of the console into the package, whole and as npm has them, with their licences and hashes.

Run it after changing a version here: `make vendor`. A test compares what lies there with what `vendor.json` says.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "src" / "yumen" / "console" / "pages" / "assets" / "vendor"
RECORD = VENDOR / "vendor.json"


class Library(NamedTuple):
    """A package of npm, and what of it is served: the file there, and its name here."""

    name: str
    version: str
    licence: str
    files: dict[str, str]


LIBRARIES = (
    Library("htm", "3.1.1", "Apache-2.0", {"preact/standalone.module.js": "htm-preact.js", "LICENSE": "htm-preact.LICENSE"}),
    Library(
        "uplot",
        "1.6.32",
        "MIT",
        {"dist/uPlot.iife.min.js": "uplot.js", "dist/uPlot.min.css": "uplot.css", "LICENSE": "uplot.LICENSE"},
    ),
    Library("preact", "10.5.12", "MIT", {"LICENSE": "preact.LICENSE"}),
)
"""Preact lies inside htm's standalone module; its licence is its own."""


def main() -> int:
    """Fetch all of them and write the record; return the exit code."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    record = [line for library in LIBRARIES for line in fetch(library)]
    RECORD.write_text(json.dumps(record, indent=2) + "\n")
    print(f"vendor: {len(record)} files")
    return 0


def fetch(library: Library) -> list[dict[str, str]]:
    """Copy one library's files out of its package, and return their lines of the record."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = f"{library.name}@{library.version}"
        subprocess.run(["npm", "pack", "--silent", wanted], cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S607  (npm of the PATH)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as package:
            return [copied(library, package, there, here) for there, here in library.files.items()]


def copied(library: Library, package: tarfile.TarFile, there: str, here: str) -> dict[str, str]:
    """Copy one file, and return its line of the record."""
    file = package.extractfile(f"package/{there}")
    if file is None:
        raise SystemExit(f"vendor: {library.name} {library.version} has no file {there}")
    content = file.read()
    (VENDOR / here).write_bytes(content)
    return {
        "file": here,
        "package": library.name,
        "version": library.version,
        "licence": library.licence,
        "from": there,
        "sha256": hashlib.sha256(content).hexdigest(),
    }


if __name__ == "__main__":
    sys.exit(main())
