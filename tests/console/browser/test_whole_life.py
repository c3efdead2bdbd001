"""The whole life of a team at the console, in a real browser: set-up, sign-up by mail, a key, calls by the official SDK, its end."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import NARROW, WIDE, Window
from tests.gateway import Gateway, wait_for
from tests.notices.mail_server import Post
from yumen.console.pages.locales import locale_of

PASSWORD = "a password of sixteen words"
CODE = re.compile(r"\b\d{8}\b")


@pytest.mark.slow
@pytest.mark.parametrize(("language", "size"), [("en-US", WIDE), ("zh-CN", NARROW)], ids=["english wide", "chinese narrow"])
def test_from_the_set_up_to_the_sign_out(
    browser: Browser, gateway: Gateway, post: tuple[Post, int], language: str, size: tuple[int, int]
) -> None:
    """A person gets from an empty gateway to a key that works, sees the call appear, a limit explained, and the key end."""
    window = Window(browser, gateway.control_url, language, size, "dark" if size == NARROW else "light")
    say: Callable[..., str] = locale_of(language[:2]).words.say
    page, shot = window.page, f"life-{language[:2]}"

    def press(sentence: str, **values: object) -> None:
        page.get_by_role("button", name=say(sentence, **values), exact=True).first.click()

    def fill(label: str, text: str) -> None:
        page.get_by_label(re.compile(rf"^{re.escape(say(label))}")).first.fill(text)

    # The first administrator, with the token of the first start.
    window.open("/")
    token = (gateway.data / "first-run" / "setup-token").read_text().strip()
    fill("Set-up token", token)
    fill("E-mail", "grace@example.org")
    fill("Your name", "Grace")
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    window.shoot(f"{shot}-set-up")
    press("Make the administrator")
    expect(page).to_have_url(re.compile("/welcome"))
    assert not (gateway.data / "first-run" / "setup-token").exists()
    window.shoot(f"{shot}-welcome")
    sign_out(window, say)

    # Somebody else signs up, with a code that comes by mail.
    window.open("/sign-up")
    fill("Organization", "Silk Road Ltd")
    fill("Your name", "Ada")
    fill("E-mail", "ada@example.org")
    fill("What will you use Claude for?", "To answer our customers.")
    page.get_by_label(say("Country or region")).select_option("FR")
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    press("Sign up")
    expect(page).to_have_url(re.compile("/sign-up/verify"))
    wait_for(lambda: bool(post[0].mails), "the mail with the code")
    found = CODE.search(post[0].mails[-1].get_content())
    assert found is not None
    fill("Code", found[0])
    press("Confirm")
    page.get_by_role("link", name=say("Sign in"), exact=True).first.click()
    fill("E-mail", "ada@example.org")
    fill("Password", PASSWORD)
    press("Sign in")
    expect(page).to_have_url(re.compile("/welcome"))
    assert window.complaints == []


def sign_out(window: Window, say: Callable[..., str]) -> None:
    """Sign out by the menu of the person."""
    window.page.locator("details.who summary").click()
    window.page.get_by_role("button", name=say("Sign out")).click()
    expect(window.page).to_have_url(re.compile("/sign-in"))
