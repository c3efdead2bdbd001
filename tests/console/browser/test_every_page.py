"""Every page that links lead to, in a real browser: nothing complains, nothing is too wide or too heavy, nobody is kept out."""

from __future__ import annotations

import json
import re
import urllib.request
from collections import deque
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser import LOOKS, Look, Window
from tests.gateway import Gateway

ID = re.compile(r"(?<=/)[a-z]+_[0-9A-Za-z]{16,}")
HEAVIEST_BYTES = 150_000
FILES = re.compile(r"/(export|download)|\.(csv|jsonl|json|md|svg)$")
"""Links to what is no page."""
POLICY = """
name = "house"
[[rules]]
name = "no-cats"
words = ["cat"]
action = "flag"
why = "cats are flagged"
"""


def ask(gateway: Gateway, key: str, text: str, **headers: str) -> None:
    """Ask Claude something."""
    body = {"model": "claude-haiku-4-5", "max_tokens": 50, "messages": [{"role": "user", "content": text}]}
    sent = {"x-api-key": key, "anthropic-version": "2023-06-01", "content-type": "application/json", **headers}
    with urllib.request.urlopen(urllib.request.Request(f"{gateway.url}/v1/messages", json.dumps(body).encode(), sent)) as answer:  # noqa: S310  (loopback)
        answer.read()


def furnish(gateway: Gateway) -> str:
    """Let there be something of each kind, and return an operator's key."""
    key = gateway.new_key("prod", "--content", "all")
    (gateway.folder / "house.toml").write_text(POLICY)
    gateway.run("policy", "add", str(gateway.folder / "house.toml"))
    gateway.run("policy", "attach", "house", "--organization", "default")
    ask(gateway, key, "Hello, Claude")
    ask(gateway, key, "What is a cat?", **{"x-yumen-session": "a-talk"})
    return gateway.new_key("boss", "--kind", "admin", "--role", "operator")


def kind_of(path: str) -> str:
    """Return a page's path without what tells it from others of its kind."""
    return ID.sub("ID", urlsplit(path).path)


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS, ids=["english wide light", "chinese narrow dark"])
def test_every_page_is_sound(browser: Browser, gateway: Gateway, look: Look) -> None:
    """Each page: no complaint of the browser, WCAG 2.2 AA by axe, no sideways scrolling, at most 150 kB, and every link leads somewhere."""
    window = Window(browser, gateway.control_url, look)
    window.sign_in(furnish(gateway))
    waiting, seen, flaws = deque(["/overview", "/account"]), set[str](), list[str]()
    while waiting:
        path = waiting.popleft()
        if kind_of(path) in seen or FILES.search(path):
            continue
        seen.add(kind_of(path))
        flaws += judge(window, path)
        waiting.extend(links(window))
    window.close()
    assert flaws == []
    assert len(seen) > 30, sorted(seen)


def judge(window: Window, path: str) -> list[str]:
    """Open a page and return what is wrong with it."""
    window.complaints.clear()
    page = window.open(path)
    status = page.evaluate("performance.getEntriesByType('navigation')[0].responseStatus")
    name = f"page-{window.language[:2]}{kind_of(path).replace('/', '-')}"
    window.shoot(name)
    flaws = [*window.complaints, *window.barriers()]
    flaws += [f"status {status}"] if status != 200 else []
    flaws += [f"{window.overflow} px too wide"] if window.overflow else []
    flaws += [f"{window.transferred} bytes"] if window.transferred > HEAVIEST_BYTES else []
    size = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 256})  # as WCAG 1.4.10 has a zoom of 400 %
    flaws += [f"{window.overflow} px too wide at a zoom of 400 %"] if window.overflow else []
    page.set_viewport_size(size)
    return [f"{path}: {flaw}" for flaw in flaws]


def links(window: Window) -> list[str]:
    """Return where a page's links lead, of the console's own."""
    found: list[str] = window.page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    return [one.removeprefix(window.base) for one in found if one.startswith(f"{window.base}/")]
