"""`yumen chat` in Chinese."""

from __future__ import annotations

CHAT: dict[str, str] = {}
