"""`yumen support` in Chinese."""

from __future__ import annotations

SUPPORT: dict[str, str] = {}
