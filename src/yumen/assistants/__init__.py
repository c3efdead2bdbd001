"""What a person uses Claude for, done well: to chat, to serve customers, to sum up and write, to explain code, to analyse data."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yumen.assistants.analysis import Analysis, analyze
    from yumen.assistants.code import Coder
    from yumen.assistants.summaries import Summary, summarize
    from yumen.assistants.support import Support, SupportOptions
    from yumen.assistants.writing import Draft, write

__all__ = ["Analysis", "Coder", "Draft", "Summary", "Support", "SupportOptions", "analyze", "summarize", "write"]

_ROOMS = {
    "Analysis": "analysis",
    "Coder": "code",
    "Support": "support",
    "SupportOptions": "support",
    "analyze": "analysis",
    "Summary": "summaries",
    "summarize": "summaries",
    "Draft": "writing",
    "write": "writing",
}
"""In which room each name is; it is read when the name is asked for, since each room has libraries of its own."""


def __getattr__(name: str) -> object:
    """Return what a program imports."""
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
    return value
