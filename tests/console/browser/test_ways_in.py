"""What the scripts of the ways in do: say how good a password is, ask only for what is needed, and turn parts into tabs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import Window
from tests.gateway import Gateway

CONFIG = """
[organizations]
sign_up = "open"
phone_required = ["CN"]
"""


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    """A gateway at which sign-ups from China need a phone."""
    return Gateway(tmp_path / "gateway", config=CONFIG)


@pytest.mark.slow
def test_forms_help_while_they_are_filled_in(browser: Browser, gateway: Gateway) -> None:
    """A short password is counted, two that differ hold the form back, a phone is asked for where it is needed, and tabs go by keys."""
    with gateway as served:
        window = Window(browser, served.control_url)
        page = window.open("/sign-up")
        phone, organization = page.locator("#f-phone"), page.locator("#f-organization_name")
        expect(phone).to_be_hidden()
        page.get_by_label("Country or region").select_option("CN")
        expect(phone).to_be_visible()
        assert phone.evaluate("field => field.required")
        page.get_by_label("An individual").check()
        expect(organization).to_be_hidden()

        token = (served.data / "first-run" / "setup-token").read_text().strip()
        page = window.open(f"/set-up?token={token}")
        password, again = page.locator("#f-password"), page.locator("#f-again")
        page.get_by_label("E-mail").fill("grace@example.org")
        page.get_by_label("Your name").fill("Grace")
        for typed, told in (
            ("ab", "10 more characters"),
            ("aaaaaaaaaaaaaaa", "Weak"),
            ("correct horse ba", "Good."),
            ("correct horse battery", "Very good."),
        ):
            password.fill(typed)
            expect(page.locator("#s-password")).to_contain_text(told)
        again.fill("something else")
        page.get_by_role("button", name="Make the administrator").click()
        assert again.evaluate("field => field.validationMessage") == "The two are not the same."
        assert page.url.partition("?")[0].endswith("/set-up")
        again.fill("correct horse battery")
        page.get_by_role("button", name="Make the administrator").click()
        expect(page).to_have_url(re.compile("/welcome$"))

        page.get_by_role("tab", name="Python").focus()
        for key, name in (("ArrowRight", "Node"), ("End", "curl"), ("ArrowRight", "Python"), ("ArrowLeft", "curl"), ("Home", "Python")):
            page.keyboard.press(key)
            expect(page.get_by_role("tab", name=name)).to_be_focused()
            expect(page.get_by_role("tabpanel")).to_have_count(1)
            expect(page.get_by_role("tabpanel", name=name)).to_be_visible()
        assert window.complaints == []
