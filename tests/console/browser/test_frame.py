"""What every page stands in, in a real browser: without scripts, behind the menu of a phone, under a bar that stays."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser import NARROW, WIDE, Look, Window
from tests.gateway import Gateway


def without_scripts(browser: Browser, gateway: Gateway, key: str) -> BrowserContext:
    """Open a browser on a phone that runs no script, signed in."""
    size = {"width": NARROW[0], "height": NARROW[1]}
    context = browser.new_context(base_url=gateway.control_url, java_script_enabled=False, viewport=size, locale="en-US")  # type: ignore[arg-type]
    cookie: Any = {"name": "__Host-yumen-session", "value": key, "url": "https://127.0.0.1", "secure": True, "httpOnly": True}
    context.add_cookies([cookie | {"sameSite": "Lax"}])
    return context


@pytest.mark.slow
def test_without_scripts_everything_but_the_live_works(browser: Browser, gateway: Gateway) -> None:
    """The menu is there, no button is dead, a key is made and revoked by its forms, and live pages say that they stand still."""
    context = without_scripts(browser, gateway, gateway.new_key("boss", "--kind", "admin", "--role", "operator"))
    page = context.new_page()
    page.goto("/keys")
    page.locator("#menu").get_by_role("link", name="Overview").click()
    assert "JavaScript is off" in page.inner_text("main")
    page.goto("/keys/new")
    assert page.locator("button[type=button]:visible").count() == 0
    page.get_by_label("Name", exact=True).fill("quiet")
    page.get_by_role("button", name="Create the key").click()
    assert page.locator("#key").inner_text().startswith("yk-")
    page.goto("/keys")
    page.get_by_role("link", name="quiet").first.click()
    page.get_by_role("button", name="Revoke the key").click()
    assert "The key is revoked" in page.inner_text("main")
    context.close()


@pytest.mark.slow
def test_a_phones_menu_keeps_the_focus_and_gives_it_back(browser: Browser, gateway: Gateway) -> None:
    """What lies behind the open menu takes no focus; Escape, or a wider window, closes it."""
    window = Window(browser, gateway.control_url, Look("en-US", NARROW, "light"))
    window.sign_in(gateway.new_key("boss", "--kind", "admin", "--role", "operator"))
    page = window.open("/audit")
    page.get_by_role("button", name="Menu").click()
    for _ in range(40):
        page.keyboard.press("Tab")
        assert not page.evaluate("document.activeElement.closest('main')")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('[data-opens-menu]')")
    page.get_by_role("button", name="Menu").click()
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    page.locator("#f-actor").click()
    assert page.evaluate("document.activeElement.name") == "actor"
    window.close()


@pytest.mark.slow
def test_the_bar_hides_nothing_that_has_the_focus(browser: Browser, gateway: Gateway) -> None:
    """At a zoom of four hundred per cent, going backwards, every field comes to lie below the bar."""
    window = Window(browser, gateway.control_url, Look("en-US", (320, 256), "light"))
    window.sign_in(gateway.new_key("boss", "--kind", "admin", "--role", "operator"))
    page = window.open("/audit")
    page.get_by_label("Up to the day").focus()
    bar = page.locator("header.bar").bounding_box()
    assert bar is not None
    for _ in range(8):
        page.keyboard.press("Shift+Tab")
        top = page.evaluate("document.activeElement.closest('main') ? document.activeElement.getBoundingClientRect().top : 1000")
        assert top >= bar["height"]
    window.close()
