"""The console in Chinese: every sentence's twin, area by area. A test holds that none is missing, and none is left over."""

from __future__ import annotations

from yumen.words.pages_shared import SHARED
from yumen.words.pages_signing_in import SIGNING_IN

PAGES: dict[str, str] = SHARED | SIGNING_IN
