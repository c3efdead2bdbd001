"""The console in Chinese: every sentence's twin, area by area. A test holds that none is missing, and none is left over."""

from __future__ import annotations

from yumen.words.pages_shared import SHARED

PAGES: dict[str, str] = SHARED
