"""Getting started: a key that is shown once, code that can be pasted, and a try that is a call like any other."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import httpx2
import msgspec
import pytest

from tests.console.api.world import World
from tests.console.pages.visitor import Visitor, text_of
from tests.ledger.making import make_entry
from yumen.console.pages.first_code import EXAMPLES, NO_KEY, exports
from yumen.keys.values import Role
from yumen.ledger.query import Batch
from yumen.ledger.store_sql import SqlLedger

KEY = re.compile(r'<code id="key">(yk-production-[\w-]+)</code>')
ANSWER = {
    "model": "claude-haiku-4-5-20251001",
    "content": [{"type": "text", "text": "Hello <you>."}],
    "usage": {"input_tokens": 20, "output_tokens": 7},
}


async def visitor_of(world: World, role: Role = Role.DEVELOPER, language: str = "en") -> Visitor:
    """Return somebody who has the page open."""
    visitor = Visitor(world, await world.key(world.a, role), language)
    await visitor.get("/welcome")
    return visitor


async def test_a_key_is_made_with_one_click_and_shown_this_once(world: World) -> None:
    """It works, stands in the page with its warning, in the code too, and on no later page."""
    visitor = await visitor_of(world)
    assert 'value="my-first-key"' in (await visitor.get("/welcome")).text
    made = await visitor.post("/welcome", {"name": "my-first-key"})
    found = KEY.search(made.text)
    assert found
    assert "it is shown this once" in text_of(made)
    assert exports("https://claude.example.org", found[1]) in html.unescape(made.text)
    assert made.headers["cache-control"] == "no-store"
    [record] = [each for each in await world.town.keys.every() if each.role is None]
    assert (record.name, record.organization_id) == ("my-first-key", world.a)
    assert f"/keys/{record.key_id}" in made.text
    later = html.unescape((await visitor.get("/welcome")).text)
    assert found[1] not in later
    assert NO_KEY in later


async def test_a_key_without_a_name_is_not_made(world: World) -> None:
    """The page says so and shows the form again."""
    refused = await (await visitor_of(world)).post("/welcome", {"name": " "})
    assert refused.status_code == 400
    assert 'name="name"' in refused.text
    assert [each for each in await world.town.keys.every() if each.role is None] == []


async def test_the_code_of_each_language_is_whole(world: World) -> None:
    """All three stand in the page as they are, and Python's is a program."""
    page = html.unescape((await (await visitor_of(world)).get("/welcome")).text)
    assert [each.name for each in EXAMPLES] == ["Python", "Node", "curl"]
    assert all(each.code in page for each in EXAMPLES)
    compile(EXAMPLES[0].code, "welcome", "exec")
    body = re.search(r"-d '(.*)'", EXAMPLES[2].code)
    assert body
    assert json.loads(body[1])["max_tokens"] == 200


async def test_a_certificate_of_its_own_is_trusted(world: World) -> None:
    """Behind a local authority the lines for the shell name it for all three languages."""
    world.services = msgspec.structs.replace(world.services, authority=Path("/data/tls/authority of mine.pem"))
    page = html.unescape((await (await visitor_of(world)).get("/welcome")).text)
    for name in ("SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE"):
        assert f"export {name}='/data/tls/authority of mine.pem'" in page


@pytest.mark.parametrize(("role", "cost"), [(Role.OWNER, "$0.001235"), (Role.DEVELOPER, "–")])
async def test_a_try_asks_claude_with_the_key_and_shows_what_came(world: World, role: Role, cost: str) -> None:
    """The key goes to the gateway's own port, as a program's would; words, tokens and the row's cost come back, to those who see costs."""
    asked: list[httpx2.Request] = []
    row = msgspec.structs.replace(make_entry(1), request_id="req_1", organization_id=world.a, cost_nanousd=1_234_567, duration_us=21_000)

    async def claude(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        await SqlLedger(world.database).add(Batch([row], "segment", 1))
        return httpx2.Response(200, json=ANSWER, headers={"request-id": row.request_id})

    world.claude = claude
    visitor = await visitor_of(world, role)
    tried = (await visitor.ask("/welcome/try", {"key": "yk-production-abc"})).json()
    assert (tried["text"], tried["input_tokens"], tried["output_tokens"]) == ("Hello <you>.", "20", "7")
    assert (tried["request_id"], tried["cost"], tried["duration"]) == ("req_1", cost, "21 ms")
    assert asked[0].url.path == "/v1/messages"
    assert asked[0].headers["x-api-key"] == "yk-production-abc"
    assert ('data-of="cost"' in (await visitor.post("/welcome", {"name": "k"})).text) is (role is Role.OWNER)


async def test_a_try_that_is_refused_says_why(world: World) -> None:
    """In the gateway's own words, or, where it answers nothing, in ours."""
    visitor = await visitor_of(world)
    assert (await visitor.ask("/welcome/try", {"key": "yk-production-abc"})).status_code == 502

    async def claude(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(401, json={"type": "error", "error": {"type": "authentication_error", "message": "Unknown key."}})

    world.claude = claude
    answer = await visitor.ask("/welcome/try", {"key": "yk-production-abc"})
    assert (answer.status_code, answer.json()["error"]["message"]) == (502, "Unknown key.")


@pytest.mark.parametrize("role", [Role.BILLING, Role.VIEWER])
async def test_whoever_may_make_no_key_is_not_led_there(world: World, role: Role) -> None:
    """Neither by the menu nor by the address."""
    visitor = await visitor_of(world, role)
    assert (await visitor.get("/welcome")).status_code == 403
    assert 'href="/welcome"' not in (await visitor.get("/members")).text
    assert (await visitor.ask("/welcome/try", {"key": "yk-production-abc"})).status_code == 403
