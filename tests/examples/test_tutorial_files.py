"""The tutorial's folder: every old program has its present form and its note, and the locks name no index."""

from __future__ import annotations

from pathlib import Path

import pytest

TUTORIAL = Path(__file__).resolve().parents[2] / "examples" / "tutorial"
PROGRAMS = sorted(
    path for folder in TUTORIAL.iterdir() if folder.is_dir() for path in folder.iterdir() if path.suffix in {".py", ".cjs", ".mjs"}
)
LOCKS = sorted([*TUTORIAL.glob("*/requirements.lock"), *TUTORIAL.glob("*/package-lock.json")])


@pytest.mark.parametrize("language", ["README.md", "README.zh-CN.md"])
def test_every_program_has_a_note(language: str) -> None:
    """Both pages speak of each program, and of each folder."""
    page = (TUTORIAL / language).read_text()
    for program in PROGRAMS:
        assert f"`{program.stem}`" in page, program
        assert f"`{program.parent.name}`" in page, program


def test_every_program_of_2023_has_a_present_form() -> None:
    """What a program of 2023 does, one of today does under the same name."""
    of_2023 = {program.stem for program in PROGRAMS if program.parent.name.endswith("2023")}
    today = {program.stem for program in PROGRAMS if program.parent.name.endswith("today")}
    assert of_2023 == today


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.parent.name)
def test_locks_pin_by_hash_and_name_no_index(lock: Path) -> None:
    """A lock has a hash for each package and leaves the index to the machine's settings."""
    text = lock.read_text()
    assert "resolved" not in text
    assert "index-url" not in text
    if lock.suffix == ".json":
        assert text.count('"integrity"') == text.count('"version"')
    else:
        assert all("--hash=" in entry for entry in text.split("\n") if entry.startswith("    --"))
        assert text.count("--hash=") >= text.count("==")
