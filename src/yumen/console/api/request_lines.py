"""A request as a line of an export: JSON as it is, or CSV in which no cell is taken for a formula."""

from __future__ import annotations

import csv
import io
from typing import Literal

import msgspec

from yumen.ledger.shown import LogLine, to_json

Shape = Literal["jsonl", "csv"]
NESTED = frozenset({"tries"})
"""What has no place in a cell."""
COLUMNS = tuple(name for name in LogLine.__struct_fields__ if name not in NESTED)
KINDS = {"jsonl": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would run (OWASP, CSV injection)."""


def row(cells: list[object]) -> bytes:
    """Return a row of CSV."""
    text = io.StringIO()
    csv.writer(text).writerow([harmless(cell) for cell in cells])
    return text.getvalue().encode()


def harmless(cell: object) -> object:
    """Return a cell that is a text, or a number, and nothing else."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULAS) else cell


HEAD: dict[Shape, bytes] = {"jsonl": b"", "csv": row(list(COLUMNS))}
"""What stands first."""


def line_of(line: LogLine, shape: Shape) -> bytes:
    """Return a request's line."""
    if shape == "jsonl":
        return to_json(line).encode() + b"\n"
    return row([msgspec.to_builtins(getattr(line, name), builtin_types=()) for name in COLUMNS])
