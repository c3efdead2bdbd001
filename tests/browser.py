"""A real browser for tests: Debian's Chromium without a window, by Playwright; it notes what a page complains of and what it weighs."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.gateway import ROOT

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
)
"""What keeps it from asking for anything beyond this machine, and lets it run as root."""
AXE = ROOT / ".clients" / "node-console" / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SHOTS = ROOT / "build" / "screenshots"
"""Screenshots are kept there, to be looked at."""
WIDE = (1280, 860)
NARROW = (390, 844)


class Look(NamedTuple):
    """How somebody sees pages."""

    language: str
    size: tuple[int, int]
    scheme: str


LOOKS = (Look("en-US", WIDE, "light"), Look("zh-CN", NARROW, "dark"))
"""Between them both languages, both widths and both themes."""
EXPECTED = re.compile(r"status of 4\d\d|favicon")
"""A console line about a refusal that a test provokes is no complaint."""


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start a browser, or skip with what is missing; on a machine that tests for everybody, that is a failure."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        reason = "no Chromium on the PATH (Debian: apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as driver:
        browser = launch(driver, path)
        yield browser
        browser.close()


def launch(driver: Playwright, path: str) -> Browser:
    """Start it."""
    return driver.chromium.launch(executable_path=path, args=list(OPTIONS))


class Window:
    """A window of its own: cookies, language, size; with it, what its pages complained of."""

    def __init__(self, browser: Browser, base: str, look: Look = LOOKS[0]) -> None:
        self.base = base
        self.language = look.language
        self.complaints: list[str] = []
        self.context: BrowserContext = browser.new_context(
            base_url=base,
            locale=look.language,
            viewport={"width": look.size[0], "height": look.size[1]},
            color_scheme=look.scheme,  # type: ignore[arg-type]
            permissions=["clipboard-read", "clipboard-write"],
        )
        self.context.set_default_timeout(30_000)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self._bytes = 0
        self._requests: list[str] = []
        self._devtools = self.context.new_cdp_session(self.page)
        self._devtools.send("Network.enable")
        self._devtools.on("Network.loadingFinished", self._on_loaded)

    def sign_in(self, key: str) -> None:
        """Take a session's key for a cookie, as signing in does."""
        cookie: Any = {"name": "__Host-yumen-session", "value": key, "url": "https://127.0.0.1", "secure": True, "httpOnly": True}
        self.context.add_cookies([cookie | {"sameSite": "Lax"}])

    def open(self, path: str) -> Page:
        """Open a page and wait until it rests."""
        self._bytes = 0
        self.page.goto(path)
        return self.page

    @property
    def transferred(self) -> int:
        """Bytes that came over the wire since the page was opened."""
        return self._bytes

    @property
    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        return int(self.page.evaluate("Math.max(0, document.documentElement.scrollWidth - innerWidth)"))

    def shoot(self, name: str) -> Path:
        """Keep a screenshot of the whole page."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        path = SHOTS / f"{name}.png"
        self.page.screenshot(path=str(path), full_page=True)
        return path

    def barriers(self) -> list[str]:
        """Return what axe finds against WCAG 2.2 AA; axe comes in beside the page's own policy, by the debugger."""
        run = f"axe.run(document, {{runOnly: {WCAG}}}).then((found) => JSON.stringify(found.violations.map({SHORT})))"
        answer = self._devtools.send(
            "Runtime.evaluate", {"expression": f"{AXE.read_text()};{run}", "awaitPromise": True, "returnByValue": True}
        )
        found = answer["result"].get("value", "null")
        return [] if found == "[]" else [str(found)]

    def close(self) -> None:
        """Close it."""
        self.context.close()

    def _on_console(self, message: Any) -> None:  # noqa: ANN401  (the driver's)
        if message.type in ("error", "warning") and not EXPECTED.search(message.text):
            self.complaints.append(f"{message.type}: {message.text}")

    def _on_loaded(self, event: dict[str, Any]) -> None:
        self._bytes += int(event["encodedDataLength"])


SHORT = "(each) => `${each.id}: ${each.nodes.map((node) => node.target.join(' ')).join(' | ')}`"
