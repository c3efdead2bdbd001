"""The library of HTTP that the installed SDK stands on: httpx2 from its release 1.0 on, httpx before. Both have the same names."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx2
else:
    httpx2 = import_module("httpx" if version("anthropic").startswith("0.") else "httpx2")

__all__ = ["httpx2"]
