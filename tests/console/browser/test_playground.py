"""The playground in a real browser: an answer appears while it is written, stops when told to, is compared, saved and opened again."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import LOOKS, Window
from tests.gateway import Gateway, wait_for
from yumen.console.pages.locales import locale_of

RULES = """
[[rule]]
name = "slow"
when = { text = "count slowly" }
text = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
trouble = { token_ms = 400 }

[[rule]]
name = "nasty"
when = { text = "markup" }
text = "<img src=x onerror=alert(1)> **bold** <script>alert(2)</script>"
"""
CONFIG = """
[sandbox]
rules = {rules}
"""


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    """A gateway before a sandbox that can be slow."""
    rules = tmp_path / "rules.toml"
    rules.write_text(RULES)
    with Gateway(tmp_path / "gateway", config=CONFIG.format(rules=json.dumps(str(rules)))) as served:
        yield served


@pytest.mark.slow
def test_a_prompt_is_tried_stopped_compared_and_saved(browser: Browser, gateway: Gateway) -> None:
    """Words come one by one, a stop ends the call upstream as the ledger says, two models answer side by side, and all is there again."""
    key = gateway.new_key("boss", "--kind", "admin", "--role", "operator")
    window = Window(browser, gateway.control_url)
    window.sign_in(key)
    page = window.open("/playground")
    question, answers = page.locator("#conversation textarea"), page.locator(".play-answer .said")

    question.fill("Please count slowly")
    page.keyboard.press("Control+Enter")
    expect(answers).to_contain_text("one two")
    assert "twelve" not in answers.inner_text()
    page.get_by_role("button", name="Stop").first.click()
    expect(page.locator(".play-state")).to_have_text("Stopped.")
    expect(page.locator(".play-facts")).to_contain_text("estimated")
    path = page.get_by_role("link", name="Its time line").get_attribute("href")
    assert asked(gateway, key, path)["request"]["outcome"] == "cancelled"

    question.fill("Some markup, please")
    page.get_by_role("button", name="Add a column").click()
    page.get_by_role("region", name="Column 2").get_by_label("Model").select_option("claude-haiku-4-5")
    page.get_by_role("button", name="Run all").first.click()
    expect(page.locator(".play-facts")).to_have_count(2)
    assert [each.inner_text() for each in answers.all()] == ["<img src=x onerror=alert(1)> **bold** <script>alert(2)</script>"] * 2
    page.get_by_role("button", name="Copy the answer").first.click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "<img src=x onerror=alert(1)> **bold** <script>alert(2)</script>"
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("Name").fill("Two of them")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile("/playground/prompt_"))
    window.shoot("playground-en-two")

    page.get_by_role("button", name="Continue with this answer").first.click()
    expect(page.get_by_role("textbox", name="User, turn 3")).to_be_focused()
    page.get_by_role("button", name="Remove User, turn 3").press("Enter")
    page.get_by_role("button", name="Remove Claude, turn 2").press("Enter")
    expect(question).to_be_focused()

    path = page.url.removeprefix(window.base)
    page.get_by_role("button", name="Saved prompts").click()
    page.get_by_role("link", name="Two of them").click()
    expect(page).to_have_url(window.base + path)
    expect(question).to_have_value("Some markup, please")
    assert page.get_by_label("Model").nth(1).input_value() == "claude-haiku-4-5"
    assert window.complaints == []

    run_narrow(browser, gateway, key, path)
    other = gateway.new_key("other", "--kind", "admin", "--role", "operator")
    assert open_keys(gateway, other) == 1
    page.locator("details.who summary").click()
    page.get_by_role("button", name="Sign out").click()
    wait_for(lambda: open_keys(gateway, other) == 0, "the playground's key to end with the session")
    window.close()


def run_narrow(browser: Browser, gateway: Gateway, key: str, path: str) -> None:
    """Run a saved prompt in Chinese on a phone, in the dark: nothing complains, nothing is too wide or hard to reach."""
    narrow = Window(browser, gateway.control_url, LOOKS[1])
    narrow.sign_in(key)
    say = locale_of("zh").words.say
    narrow.open(path).get_by_role("button", name=say("Run all")).first.click()
    expect(narrow.page.locator(".play-facts")).to_have_count(2)
    narrow.shoot("playground-zh-two")
    assert (narrow.complaints, narrow.barriers(), narrow.overflow) == ([], [], 0)
    narrow.close()


def asked(gateway: Gateway, key: str, path: str | None) -> Any:  # noqa: ANN401  (any JSON)
    """Ask the admin API."""
    url = f"{gateway.control_url}/v1/organizations{path}"
    with urllib.request.urlopen(urllib.request.Request(url, headers={"x-api-key": key})) as answer:  # noqa: S310  (loopback)
        return json.load(answer)


def open_keys(gateway: Gateway, key: str) -> int:
    """Return how many keys of the playground count."""
    return sum(each["name"] == "playground" for each in asked(gateway, key, "/api_keys?status=active&limit=100")["data"])
