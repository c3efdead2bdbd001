"""What recognisers find where nothing is to be found: in Python's own sources and in this project's pages, in both languages."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

from tests.gateway import ROOT
from yumen.policy.recognisers import Together, recognisers_named

RECOGNISERS = recognisers_named(["all"])
TOGETHER = Together(RECOGNISERS)
MOST_BYTES = 4_000_000
SHOWN_IN_PAGES = {"13800138000", "11010519491231002X"}
"""The numbers that pages show where they need one, which are nobody's: a test number of China Mobile's, and the standard's example."""


def hits(paths: list[Path]) -> tuple[Counter[str], dict[str, set[str]], float]:
    """Return how often each recogniser found something in files, what it was, and how many megabytes were read."""
    counts: Counter[str] = Counter()
    values: dict[str, set[str]] = {}
    size = 0
    for path in paths:
        text = path.read_text(errors="ignore")
        size += len(text.encode())
        for start, end, number in TOGETHER.find(text):
            counts[RECOGNISERS[number].name] += 1
            values.setdefault(RECOGNISERS[number].name, set()).add(text[start:end])
        if size > MOST_BYTES:
            break
    return counts, values, size / 1e6


def test_nothing_but_addresses_is_found_in_source_code() -> None:
    """In megabytes of Python's library there are addresses of its authors and of examples, and nothing else."""
    counts, values, megabytes = hits(sorted(Path(os.__file__).parent.glob("*.py")))
    assert megabytes > 3
    assert set(counts) <= {"email", "ip_address"}
    assert counts["email"] / megabytes < 30
    assert counts["ip_address"] / megabytes < 30
    assert all("@" in value for value in values["email"])


def test_nothing_is_found_in_ordinary_text() -> None:
    """In the pages of this project, and licences, there are addresses and numbers of their examples, and nothing else."""
    about = ("policy", "recognisers", "isolation", "contents")
    pages = [page for page in sorted((ROOT / "docs").glob("*.md")) if not page.name.startswith(about)]
    counts, values, megabytes = hits([*pages, ROOT / "LICENSE", ROOT / "README.md", ROOT / "README.zh-CN.md", ROOT / "CHANGELOG.md"])
    assert megabytes > 0.5
    found = {value for name in set(counts) - {"email", "ip_address"} for value in values[name]}
    assert found <= SHOWN_IN_PAGES
