"""The whole life of a team at the console, in a real browser: set-up, sign-up by mail, a key, calls by the official SDK, its end."""

from __future__ import annotations

import re

import anthropic
import pytest
from playwright.sync_api import Browser, expect

from tests.browser import LOOKS, Look, Window
from tests.gateway import Gateway, wait_for
from tests.notices.mail_server import Post
from yumen.console.pages.locales import locale_of

PASSWORD = "a password of sixteen words"
CODE = re.compile(r"\b\d{8}\b")


class Person:
    """Somebody at the console, who reads one language and does one thing after another."""

    def __init__(self, window: Window, gateway: Gateway, post: Post) -> None:
        self.window, self.gateway, self.post = window, gateway, post
        self.page = window.page
        self.say = locale_of(window.language[:2]).words.say

    def press(self, sentence: str, **values: object) -> None:
        """Press a button by what stands on it."""
        self.page.get_by_role("button", name=self.say(sentence, **values), exact=True).first.click()

    def follow(self, sentence: str) -> None:
        """Follow a link by its text."""
        self.page.get_by_role("link", name=self.say(sentence), exact=True).first.click()

    def fill(self, label: str, text: str) -> None:
        """Fill a field by its label."""
        self.page.get_by_label(re.compile(rf"^{re.escape(self.say(label))}")).first.fill(text)

    def choose_password(self) -> None:
        """Fill in a new password, twice."""
        for field in self.page.locator("input[type=password]").all():
            field.fill(PASSWORD)

    def shoot(self, name: str) -> None:
        """Keep what is seen."""
        self.window.shoot(f"life-{self.window.language[:2]}-{name}")

    def set_up(self) -> None:
        """Become the first administrator, with the token of the first start."""
        self.window.open("/")
        token = self.gateway.data / "first-run" / "setup-token"
        self.fill("Set-up token", token.read_text().strip())
        self.fill("E-mail", "grace@example.org")
        self.fill("Your name", "Grace")
        self.choose_password()
        self.shoot("set-up")
        self.press("Make the administrator")
        expect(self.page).to_have_url(re.compile("/welcome"))
        assert not token.exists()

    def sign_up(self) -> None:
        """Sign up with an organization, with the code that came by mail, and sign in."""
        self.window.open("/sign-up")
        self.fill("Organization", "Silk Road Ltd")
        self.fill("Your name", "Ada")
        self.fill("E-mail", "ada@example.org")
        self.fill("What will you use Claude for?", "To answer our customers.")
        self.page.get_by_label(self.say("Country or region")).select_option("FR")
        self.choose_password()
        self.shoot("sign-up")
        self.press("Sign up")
        expect(self.page).to_have_url(re.compile("/sign-up/verify"))
        wait_for(lambda: bool(self.post.mails), "the mail with the code")
        found = CODE.search(self.post.mails[-1].get_content())
        assert found is not None
        self.fill("Code", found[0])
        self.press("Confirm")
        self.follow("Sign in")
        self.fill("E-mail", "ada@example.org")
        self.fill("Password", PASSWORD)
        self.press("Sign in")
        expect(self.page).to_have_url(re.compile("/welcome"))

    def try_first_key(self) -> None:
        """Make a key and try it by a button."""
        self.press("Make a key")
        self.press("Try it")
        expect(self.page.locator("#answer")).to_be_visible()
        self.shoot("tried")

    def make_key(self) -> str:
        """Make a key that may ask twice a minute; it is shown, and copied by a button."""
        self.window.open("/keys")
        self.follow("Create New Key")
        self.fill("Name", "prod")
        self.page.get_by_text(self.say("Limits of this key"), exact=True).click()
        self.page.locator("#f-limit-requests_per_minute").fill("2")
        self.press("Create the key")
        key = self.page.locator("#key").inner_text()
        self.shoot("key")
        self.press("Copy the key")
        expect(self.page.get_by_role("button", name=self.say("Copied")).first).to_be_visible()
        assert self.page.evaluate("navigator.clipboard.readText()") == key
        return key

    def see_it_live(self, key: str) -> None:
        """See a call appear while looking on."""
        self.window.open("/requests")
        self.press("Live")
        expect(self.page.locator("#live-state")).not_to_be_empty()
        request_id = call(self.gateway, key)
        expect(self.page.locator(f'a[href="/requests/{request_id}"]')).to_be_visible()
        self.shoot("live")

    def learn_why(self, key: str) -> None:
        """Hit the limit, and read why."""
        call(self.gateway, key)
        with pytest.raises(anthropic.RateLimitError) as refused:
            call(self.gateway, key)
        self.window.open(f"/requests/{refused.value.request_id}")
        assert "429" in self.page.inner_text("main")
        self.shoot("refused")

    def rotate(self, key: str) -> str:
        """Put another key in its place; both work meanwhile."""
        self.window.open("/keys")
        self.follow("prod")
        self.press("Rotate")
        self.press("Make the new key")
        new = self.page.locator("#key").inner_text()
        assert new != key
        call(self.gateway, new)
        return new

    def revoke(self, key: str) -> None:
        """End the key; it is refused from then on."""
        self.follow("I have copied it")
        self.press("Revoke")
        self.shoot("revoke")
        self.press("Revoke the key")
        wait_for(lambda: is_refused(self.gateway, key), "the revoked key to be refused")

    def sign_out(self) -> None:
        """Sign out by the menu of the person."""
        self.page.locator("details.who summary").click()
        self.press("Sign out")
        expect(self.page).to_have_url(re.compile("/sign-in"))
        self.window.open("/keys")
        expect(self.page).to_have_url(re.compile("/sign-in"))


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS, ids=["english wide light", "chinese narrow dark"])
def test_from_the_set_up_to_the_sign_out(browser: Browser, gateway: Gateway, post: tuple[Post, int], look: Look) -> None:
    """A person gets from an empty gateway to a key that works, sees the call appear, a limit explained, and the key end."""
    window = Window(browser, gateway.control_url, look)
    person = Person(window, gateway, post[0])
    person.set_up()
    person.sign_out()
    person.sign_up()
    person.try_first_key()
    key = person.make_key()
    person.see_it_live(key)
    person.learn_why(key)
    new = person.rotate(key)
    person.revoke(new)
    person.sign_out()
    assert window.complaints == []
    window.close()


def call(gateway: Gateway, key: str) -> str:
    """Ask by the official SDK, and return the request's id."""
    client = anthropic.Anthropic(base_url=gateway.url, api_key=key, max_retries=0)
    asked = client.messages.with_raw_response
    raw = asked.create(model="claude-haiku-4-5", max_tokens=20, messages=[{"role": "user", "content": "Hello, Claude"}])
    return str(raw.headers["request-id"])


def is_refused(gateway: Gateway, key: str) -> bool:
    """Whether a key counts no longer."""
    try:
        call(gateway, key)
    except anthropic.AuthenticationError:
        return True
    except anthropic.RateLimitError:
        return False
    return False
