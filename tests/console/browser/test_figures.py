"""What moves while somebody looks on: charts with their legends and tables, figures, and what is used of limits."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser import Window
from tests.console.browser.test_every_page import ask
from tests.gateway import Gateway

FRESH_MS = 20_000
"""Pages ask again every five seconds."""


def test_charts_and_meters_follow_what_is_asked(browser: Browser, gateway: Gateway) -> None:
    """A series is hidden by keyboard; one more call changes figure, drawing, table and meter without a new page."""
    key, boss = gateway.new_key("prod"), gateway.new_key("boss", "--kind", "admin", "--role", "operator")
    gateway.run("limits", "set", "key:prod", "requests_per_minute=20")
    ask(gateway, key, "Hello, Claude")
    window = Window(browser, gateway.control_url)
    window.sign_in(boss)
    page = window.open("/overview?span=1h")
    chart, figure = page.locator("#chart-requests"), page.locator("[data-figure=requests] [data-text]")
    refused = chart.get_by_role("button", name="Refused")
    refused.press("Enter")
    expect(refused).to_have_attribute("aria-pressed", "false")
    expect(refused).to_be_focused()
    chart.locator("summary").press("Enter")
    expect(chart.locator("tbody tr")).to_have_count(60)
    expect(figure).to_have_text("1")
    assert sums(chart.locator("tbody").inner_text()) == 1
    drawn = chart.locator("canvas").evaluate("(canvas) => canvas.toDataURL()")
    ask(gateway, key, "Hello, Claude")
    expect(figure).to_have_text("2", timeout=FRESH_MS)
    assert sums(chart.locator("tbody").inner_text()) == 2
    assert chart.locator("canvas").evaluate("(canvas) => canvas.toDataURL()") != drawn
    page = window.open("/limits")
    said, meter = page.locator(".use [data-said]"), page.locator(".use meter")
    expect(said).to_have_text("2 used, 18 left")
    ask(gateway, key, "Hello, Claude")
    expect(said).to_have_text("3 used, 17 left", timeout=FRESH_MS)
    assert meter.evaluate("(meter) => meter.value") == 0.15
    assert window.complaints == []
    window.close()


def sums(table: str) -> int:
    """Return all numbers of a chart's table together, without its times."""
    return sum(int(cell) for line in table.splitlines() for cell in line.split("\t")[1:])
