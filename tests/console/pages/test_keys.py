"""Keys by pages: made with everything, shown once, restricted, limited, replaced, paused and revoked; who uses one is told."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import msgspec
import pytest

from tests.console.api.world import World
from tests.console.pages.visitor import Visitor, text_of
from tests.ledger.making import make_entry
from yumen.console.pages.forms import Form
from yumen.console.pages.limit_forms import limits_of, rows, value_of
from yumen.errors import OperatorError
from yumen.keys.restrictions import OnlyAddresses
from yumen.keys.values import KeyRecord, Role
from yumen.ledger.query import Batch
from yumen.ledger.store_sql import SqlLedger

ME = "127.0.0.1"
"""Where a test's visitor comes from."""
KEY = re.compile(r"yk-(?:production|staging)-[0-9A-Za-z]+-[0-9A-Za-z]+")
DAY_US = 86_400_000_000


async def visitor(world: World, role: Role = Role.OWNER, language: str = "en") -> Visitor:
    """Sign in."""
    return Visitor(world, await world.key(world.a, role), language)


async def made(world: World, name: str) -> KeyRecord:
    """Return the key of that name."""
    (record,) = [one for one in await world.town.keys.every() if one.name == name]
    return record


async def use(world: World, record: KeyRecord, **changes: object) -> None:
    """Write that a key was used."""
    number = len(changes) + world.clock.now_us() % 1000 + int(world.next("e").split("-")[1])
    entry = msgspec.structs.replace(make_entry(number), key_id=record.key_id, organization_id=world.a, time_us=world.clock.now_us() - 1)
    await SqlLedger(world.database).add(Batch([msgspec.structs.replace(entry, **changes)], "segment", number))


async def test_a_list_says_how_to_begin_and_then_which_keys_there_are(world: World) -> None:
    """Nothing yet: what a key is, with the button. Then each with its place, status, use and cost, in both languages."""
    page = await visitor(world)
    assert "No key yet" in text_of(await page.get("/keys"))
    assert "Create New Key" in text_of(await page.get("/keys"))
    record = await world.plain_key(world.a)
    await use(world, record, cost_nanousd=1_230_000_000)
    text = text_of(await page.get("/keys"))
    assert record.name in text
    assert "In use" in text
    assert "$1.23" in text
    assert (await page.get("/keys")).text.count('<svg class="spark"') == 1
    chinese = text_of(await (await visitor(world, language="zh")).get("/keys"))
    assert "创建新密钥" in chinese
    assert "使用中" in chinese


async def test_costs_are_shown_to_those_alone_who_may_see_them(world: World) -> None:
    """A developer sees use, no money."""
    await use(world, await world.plain_key(world.a), cost_nanousd=1_230_000_000)
    text = text_of(await (await visitor(world, Role.DEVELOPER)).get("/keys"))
    assert "Requests in 30 days" in text
    assert "$" not in text
    assert "Cost" not in text


async def test_a_list_is_narrowed_and_turned(world: World) -> None:
    """By name, workspace and status, and page by page in both directions; revoked keys are left out unless they are asked for."""
    page = await visitor(world)
    records = [await world.plain_key(world.a) for _ in range(27)]
    newest, oldest = records[-1].name, records[0].name
    first = await page.get("/keys")
    assert newest in first.text
    assert f">{oldest}<" not in first.text
    older = unescape(re.search(r'rel="next" href="([^"]+)"', first.text)[1])  # type: ignore[index]  # the assertion is that it is there
    last = await page.get(older)
    assert f">{oldest}<" in last.text
    newer = unescape(re.search(r'rel="prev" href="([^"]+)"', last.text)[1])  # type: ignore[index]  # the same
    assert newest in (await page.get(newer)).text
    await page.post(f"/keys/{records[-1].key_id}/revoke")
    assert f">{newest}<" not in (await page.get("/keys")).text
    assert f">{newest}<" in (await page.get("/keys?status=archived")).text
    assert "No key fits" in text_of(await page.get("/keys?name=nobody"))
    staging = next(one.id for one in await world.offices.workspaces.every(world.a) if one.environment == "staging")
    assert "No key fits" in text_of(await page.get(f"/keys?workspace_id={staging}"))


async def test_a_key_is_made_with_all_that_the_form_has_and_shown_once(world: World) -> None:
    """Its text stands in the answer to the form, with the warning, the code and the offer, and then nowhere."""
    page = await visitor(world)
    form = await page.get("/keys/new")
    assert f'data-text="{ME}"' in form.text
    staging = next(one.id for one in await world.offices.workspaces.every(world.a) if one.environment == "staging")
    fields = {
        "name": "ci",
        "workspace_id": staging,
        "expiry": "30",
        "models": "claude-haiku-*\nclaude-opus-4-7",
        "limit-requests_per_minute": "1,000",
        "limit-spend_per_month": "$25",
        "label": "red",
        "content": "errors",
        "max_tokens": "500",
    }
    answer = await page.post("/keys/new", fields)
    assert answer.status_code == 200
    [text] = set(KEY.findall(answer.text))
    record = await made(world, "ci")
    assert text.startswith("yk-staging-")
    assert record.environment == "staging"
    assert record.expires_at_us == pytest.approx(world.clock.now_us() + 30 * DAY_US, abs=1000)
    assert (record.label, record.content.value, len(record.restrictions)) == ("red", "errors", 2)
    lines = (await world.services.terms.read([world.a]))[world.a].lines
    assert {(line.limit.kind.value, line.limit.value) for line in lines} == {
        ("requests_per_minute", 1000),
        ("spend_per_month", 25_000_000_000),
    }
    assert "only time that it is shown" in text_of(answer)
    assert 'model="claude-opus-4-7"' in text_of(answer)
    assert "https://claude.example.org" in answer.text
    assert f"/keys/{record.key_id}/only-me" in answer.text
    assert "location" not in answer.headers
    assert text not in str(answer.headers)
    for path in ("/keys", f"/keys/{record.key_id}", f"/keys/{record.key_id}/settings", f"/keys/{record.key_id}/callers"):
        assert text not in (await page.get(path)).text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ""}, "“Name” is missing"),
        ({"name": "x", "expiry": "date", "expires_on": ""}, "choose when the key shall expire"),
        ({"name": "x", "expiry": "date", "expires_on": "2001-01-01"}, "longer life"),
        ({"name": "x", "addresses": "home"}, "an address that a key may be used from"),
        ({"name": "x", "limit-requests_per_minute": "many"}, "whole number of at least 1"),
        ({"name": "x", "limit-spend_per_month": "much"}, "an amount in US dollars"),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_filled_in_stays(world: World, fields: dict[str, str], said: str) -> None:
    """No key is made, and the form keeps what it was told."""
    page = await visitor(world)
    await page.get("/keys/new")
    answer = await page.post("/keys/new", {"label": "kept by the form", **fields})
    assert answer.status_code == 400
    assert said in text_of(answer)
    assert 'value="kept by the form"' in answer.text
    assert all(record.name != "x" for record in await world.town.keys.every())


async def test_a_day_of_ones_own_is_the_last_one(world: World) -> None:
    """A new key ends within the last second of that day, and never in the next one."""
    page = await visitor(world)
    await page.get("/keys/new")
    await page.post("/keys/new", {"name": "ci", "expiry": "date", "expires_on": "2099-01-01"})
    assert 4_070_995_199_000_000 <= ((await made(world, "ci")).expires_at_us or 0) < 4_070_995_200_000_000


async def test_a_certificate_of_the_gateways_own_is_named_with_the_key(world: World) -> None:
    """Or the lines that are shown would not connect."""
    world.services = msgspec.structs.replace(world.services, authority=Path("/data/authority.pem"))
    page = await visitor(world)
    await page.get("/keys/new")
    assert "export SSL_CERT_FILE=/data/authority.pem" in text_of(await page.post("/keys/new", {"name": "x"}))


async def test_a_new_key_that_its_maker_cannot_use_says_so(world: World) -> None:
    """Where its list leaves the maker's own address out, and there alone."""
    page = await visitor(world)
    await page.get("/keys/new")
    said = f"Your own address {ME} is not among them"
    assert said in text_of(await page.post("/keys/new", {"name": "far", "addresses": "203.0.113.0/24"}))
    assert said not in text_of(await page.post("/keys/new", {"name": "near", "addresses": f"203.0.113.0/24\n{ME}"}))


async def test_a_new_key_is_restricted_to_its_makers_address_with_one_click(world: World) -> None:
    """By the page's script, which goes on showing the key, and by the form alone; other restrictions stay."""
    page = await visitor(world)
    await page.get("/keys/new")
    await page.post("/keys/new", {"name": "ci", "max_tokens": "500"})
    record = await made(world, "ci")
    answer = await page.ask(f"/keys/{record.key_id}/only-me", {})
    assert answer.json() == {"addresses": [ME]}
    changed = await made(world, "ci")
    assert OnlyAddresses((ME,)) in changed.restrictions
    assert len(changed.restrictions) == 2
    assert (await page.post(f"/keys/{record.key_id}/only-me")).headers["location"] == f"/keys/{record.key_id}"


async def test_a_keys_page_says_what_it_is_and_was_used_for(world: World) -> None:
    """Facts, figures, charts with tables, and nothing to change for whoever may not."""
    record = await world.plain_key(world.a)
    await use(world, record, status=200, cost_nanousd=5_000_000)
    page = await visitor(world)
    answer = await page.get(f"/keys/{record.key_id}")
    text = text_of(answer)
    assert record.key_id in text
    assert record.hint in text
    assert answer.text.count("data-chart=") == 2
    assert "$0.005" in text
    assert re.search(r'href="/requests/req_[0-9A-Za-z]+"', answer.text)
    assert "Revoke" in text
    looking = text_of(await (await visitor(world, Role.VIEWER)).get(f"/keys/{record.key_id}"))
    assert record.key_id in looking
    assert "Revoke" not in looking
    assert (await (await visitor(world, Role.BILLING)).get(f"/keys/{record.key_id}")).status_code == 403


async def test_restrictions_limits_and_the_rest_are_changed(world: World) -> None:
    """Each form changes its own part, and the page shows it filled in; an emptied limit goes."""
    record = await world.plain_key(world.a)
    page = await visitor(world)
    at = f"/keys/{record.key_id}"
    await page.get(f"{at}/settings")
    assert (await page.post(f"{at}/restrictions", {"addresses": "10.0.0.0/8, 192.0.2.7"})).headers["location"] == f"{at}/settings"
    assert (await made(world, record.name)).restrictions == (OnlyAddresses(("10.0.0.0/8", "192.0.2.7")),)
    await page.post(f"{at}/limits", {"limit-requests_per_minute": "60", "mode-requests_per_minute": "shadow", "limit-spend_per_day": "2.5"})
    shown = await page.get(f"{at}/settings")
    assert "10.0.0.0/8\n192.0.2.7" in shown.text
    assert 'name="limit-requests_per_minute" inputmode="numeric" size="12" autocomplete="off" value="60"' in shown.text
    assert 'value="2.50"' in shown.text
    await page.post(f"{at}/limits", {"limit-spend_per_day": "3"})
    lines = (await world.services.terms.read([world.a]))[world.a].lines
    assert [(line.limit.kind.value, line.limit.value) for line in lines] == [("spend_per_day", 3_000_000_000)]
    await page.post(f"{at}/settings", {"name": "renamed", "expiry": "kept", "content": "all"})
    assert (await made(world, "renamed")).expires_at_us is None
    await page.post(f"{at}/settings", {"name": "renamed", "expiry": "date", "expires_on": "2099-01-01"})
    assert (await made(world, "renamed")).expires_at_us == 4_070_995_199_000_000


async def test_a_key_is_paused_resumed_replaced_and_revoked(world: World) -> None:
    """Each in one step; the new key's text is in the answer, and the old one works on for the time that was chosen."""
    record = await world.plain_key(world.a)
    page = await visitor(world)
    at = f"/keys/{record.key_id}"
    await page.get(at)
    await page.post(f"{at}/pause")
    assert "Paused" in text_of(await page.get(at))
    await page.post(f"{at}/resume")
    assert "In use" in text_of(await page.get(at))
    answer = await page.post(f"{at}/rotate", {"grace": "3600"})
    [text] = set(KEY.findall(answer.text))
    assert "works on until" in text_of(answer)
    assert "Being replaced" in text_of(await page.get(at))
    replaced = (await world.town.keys.find([record.key_id]))[record.key_id]
    assert replaced.expires_at_us == pytest.approx(world.clock.now_us() + 3_600_000_000, abs=1000)
    assert (replaced.replaced_by or "").removeprefix("apikey_") in text
    assert (await page.post(f"{at}/revoke")).status_code == 303
    assert "Revoked" in text_of(await page.get(at))
    assert "Rotate" not in text_of(await page.get(at))


async def test_who_uses_a_key_is_told_with_the_way_to_stop_it(world: World) -> None:
    """Each address with its program and times, one's own and new ones marked; what is longer ago only where it is asked for."""
    record = await world.plain_key(world.a)
    page = await visitor(world)
    at = f"/keys/{record.key_id}/callers"
    assert "Nobody used it" in text_of(await page.get(at))
    world.clock.pass_s(30 * 86_400)
    page = Visitor(world, (await world.new_admin_key(world.a, Role.OWNER)).text)
    await use(world, record, caller=ME, user_agent="python/3")
    await use(world, record, caller="203.0.113.66", user_agent="<script>", time_us=world.clock.now_us() - 2 * DAY_US)
    await use(world, record, caller="203.0.113.77", user_agent="curl", time_us=world.clock.now_us() - 20 * DAY_US)
    answer = await page.get(at)
    text = text_of(answer)
    assert text.index(f"{ME} yours new") < text.index("203.0.113.66")
    assert "203.0.113.66 new" not in text
    assert "203.0.113.77" not in text
    assert "<script>" not in answer.text.split("<main")[1]
    assert "Revoke now" in text
    assert "203.0.113.77" in text_of(await page.get(f"{at}?days=30"))


async def test_a_leaked_keys_many_callers_are_counted(world: World) -> None:
    """How many addresses and programs there are stands first; the last callers stand open, all others behind a fold, and a cut is said."""
    record = await world.plain_key(world.a)
    entry = msgspec.structs.replace(make_entry(1), key_id=record.key_id, organization_id=world.a, user_agent="bot", count=1)
    now_us = world.clock.now_us()
    entries = [msgspec.structs.replace(entry, request_id=f"req_{n}", caller=f"198.51.100.{n}", time_us=now_us - n) for n in range(1, 212)]
    await SqlLedger(world.database).add(Batch(entries, "segment", 1))
    page = await visitor(world)
    shown = await page.get(f"/keys/{record.key_id}/callers?days=no-number")
    assert "Addresses: 200 · programs: 1 · requests: 200" in text_of(shown)
    assert "Only the 200 callers that came last are shown." in text_of(shown)
    assert "175 more" in text_of(shown)
    before, _, folded = shown.text.partition('<details class="rest">')
    assert ("198.51.100.25<" in before, "198.51.100.26<" in folded, "198.51.100.201<" in folded) == (True, True, False)


async def test_another_organizations_key_is_not_there(world: World) -> None:
    """No page shows it and no form reaches it."""
    record = await world.plain_key(world.b)
    page = await visitor(world)
    await page.get("/keys")
    for path in ("", "/settings", "/callers"):
        assert (await page.get(f"/keys/{record.key_id}{path}")).status_code == 404
    for act in ("settings", "restrictions", "limits", "only-me", "rotate", "pause", "resume", "revoke"):
        assert (await page.post(f"/keys/{record.key_id}/{act}", {"name": "x"})).status_code == 404
    assert (await world.town.keys.find([record.key_id]))[record.key_id] == record


def test_limits_of_forms_read_as_they_are_written() -> None:
    """Whatever a form was filled with comes back as it was; separators are no part of a number, and nothing is no limit."""
    assert value_of("requests_per_minute", "1,000") == 1000
    assert value_of("spend_per_day", "$ 1,234.5") == "1234.5"
    assert value_of("spend_per_day", "25") == "25.00"
    assert limits_of(Form([("limit-requests_per_minute", " "), ("limit-files_per_minute", "3")])) == [
        {"kind": "files_per_minute", "value": 3}
    ]
    assert [row.value for row in rows(())] == [""] * 11
    for kind, text in (("requests_per_minute", "0"), ("requests_per_minute", "1.5"), ("spend_per_day", "1.2.3"), ("spend_per_day", "-1")):
        with pytest.raises(OperatorError):
            value_of(kind, text)
