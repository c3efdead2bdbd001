"""Writes a run's figures between the marks of docs/performance.md."""

from __future__ import annotations

from bench.figures import Run
from bench.report import markdown
from tests.gateway import ROOT

PAGE = ROOT / "docs" / "performance.md"
BEGIN = "<!-- begin figures -->"
END = "<!-- end figures -->"


def write_page(run: Run) -> None:
    """Put the tables where the last ones stood."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{markdown(run)}{END}{after}")
