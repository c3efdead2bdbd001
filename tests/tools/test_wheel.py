"""What is installed is what stands in a checkout: no build step makes anything else of it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from tests.gateway import ROOT

PACKAGE = ROOT / "src" / "yumen"


def test_a_wheel_has_every_file_of_the_package_as_it_stands(tmp_path: Path) -> None:
    """Templates, scripts, styles, pictures, licences and SQL of a checkout are in the wheel, byte for byte."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        packed = {name: wheel.read(name) for name in wheel.namelist() if name.startswith("yumen/")}
    there = {f"yumen/{path.relative_to(PACKAGE)}": path for path in PACKAGE.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    assert sorted(packed) == sorted(there)
    assert [name for name, path in there.items() if packed[name] != path.read_bytes()] == []
