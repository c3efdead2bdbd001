"""What tests stand on, shipped: for users a pytest plugin and assertions, for writers of Yumen's parts a clock that jumps and suites."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from yumen.testing.clock import JumpingClock

if TYPE_CHECKING:
    from yumen.testing.assertions import assert_message, assert_schema, assert_stream
    from yumen.testing.cassette import ClaudeCassette
    from yumen.testing.sandbox import ClaudeSandbox

_PLACES = {
    "ClaudeCassette": "cassette",
    "ClaudeSandbox": "sandbox",
    "assert_message": "assertions",
    "assert_schema": "assertions",
    "assert_stream": "assertions",
}

__all__ = ["ClaudeCassette", "ClaudeSandbox", "JumpingClock", "assert_message", "assert_schema", "assert_stream"]


def __getattr__(name: str) -> object:
    """Return what a test imports; only then its file is read, since pytest loads this folder in every run."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
    return value
