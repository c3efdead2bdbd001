"""The ledger's pages: filters, pages, search, live, export, and one request's life, for those who may see it, in two languages."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import cast

import pytest

from tests.console.api.world import World
from tests.console.pages.visitor import Visitor, text_of
from yumen.console.api import requests
from yumen.console.api.call import Call
from yumen.console.api.pages import cursor
from yumen.console.api.request_life import content_kept, conversation_of
from yumen.exchange.values import Attempt, Outcome, Step, Why
from yumen.keys.values import Role
from yumen.ledger.entry import Kind, Times

DAY_US = 86_400_000_000


async def visitor_of(world: World, role: Role = Role.OWNER, language: str = "en") -> Visitor:
    """Somebody of organization A."""
    return Visitor(world, await world.key(world.a, role), language)


def ids_in(text: str) -> list[str]:
    """Return the requests that a page links to, in order."""
    return re.findall(r'href="/requests/(req_\w+)"', text)


async def test_an_empty_ledger_says_what_will_stand_here(world: World) -> None:
    """Nobody sees an empty table; with filters, the page says that they are why."""
    visitor = await visitor_of(world)
    assert "No request in this time" in text_of(await visitor.get("/requests"))
    assert "No request fits" in text_of(await visitor.get("/requests?status=failed"))


async def test_the_newest_stand_first_and_the_rest_on_further_pages(world: World) -> None:
    """Every request stands on one page, once; another organization's on none."""
    made = [(await world.request(world.a, time_us=world.clock.now_us() - number)).request_id for number in range(1, 73)]
    foreign = await world.request(world.b)
    visitor = await visitor_of(world)
    first = await visitor.get("/requests?key=apikey_1")
    older = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert older is not None
    second = await visitor.get(older[1].replace("&amp;", "&"))
    assert ids_in(first.text) + ids_in(second.text) == made
    assert 'rel="next"' not in second.text
    assert 'rel="prev"' in second.text
    assert foreign.request_id not in first.text + second.text


FILTERS = {
    "status=failed": {"status": 529, "outcome": Outcome.ERROR},
    "status=429": {"status": 429, "outcome": Outcome.REFUSED},
    "status=4xx": {"status": 404},
    "key=apikey_2": {"key_id": "apikey_2"},
    "model=claude-haiku-4-5": {"model": "claude-haiku-4-5"},
    "label=red": {"label": "red"},
    "outcome=cancelled": {"outcome": Outcome.CANCELLED},
    "fault=RateLimited": {"fault": "RateLimited"},
    "flagged=1": {"policy_note": "flag: names"},
    "cost=0.5": {"cost_nanousd": 600_000_000},
    "seconds=2.5": {"duration_us": 3_000_000},
    "search=req_zebra01": {"request_id": "req_zebra01234567890"},
    "search=up_zebra": {"upstream_request_id": "req_up_zebra_1"},
    "span=30d&search=0zebra0": {"request_id": "req_0zebra0", "time_us": -8 * DAY_US},
    "search=req_0zebra": {"request_id": "req_0zebra0", "time_us": -90 * DAY_US},
}


@pytest.mark.parametrize("query", FILTERS)
async def test_each_filter_shows_what_fits_and_nothing_else(world: World, query: str) -> None:
    """Of two requests, the one that fits."""
    fields = dict(FILTERS[query])
    if "time_us" in fields:
        fields["time_us"] += world.clock.now_us()
    wanted = await world.request(world.a, **fields)
    await world.request(world.a)
    assert ids_in((await (await visitor_of(world)).get(f"/requests?{query}")).text) == [wanted.request_id]


async def test_what_is_chosen_stays_chosen_though_it_is_not_among_the_choices(world: World) -> None:
    """A key that is gone, or one of too many: sending the form again asks for the same."""
    visitor = await visitor_of(world)
    for name, value in (("key", "apikey_gone"), ("workspace", "wrkspc_gone"), ("member", "user_gone"), ("status", "418")):
        page = await visitor.get(f"/requests?{name}={value}")
        assert page.text.count(f'<option value="{value}" selected>') == 1


BEYOND = cursor("requests", (2**63, "x"))


@pytest.mark.parametrize(
    "query", ["cost=x", "seconds=-1", "status=9", "key=nothing", "page=page_x", f"page={BEYOND}", "search=ab", "cost=nan"]
)
async def test_a_filter_that_will_not_do_is_told(world: World, query: str) -> None:
    """The page is shown again with what is wrong, never an empty list as if there were nothing."""
    answer = await (await visitor_of(world)).get(f"/requests?{query}")
    if query == "status=9":
        assert answer.status_code == 200
        return
    assert answer.status_code == 400, query
    assert 'role="alert"' in answer.text
    assert "No request fits" not in answer.text


async def test_an_export_has_every_request_and_no_formula(world: World) -> None:
    """More than one page is written, and a cell of a caller's own making is no formula."""
    for _ in range(3):
        await world.request(world.a, user_agent="=HYPERLINK(1)", label="+1")
    await world.request(world.b)
    visitor = await visitor_of(world)
    table = await visitor.get("/requests/export?format=csv")
    assert table.headers["content-disposition"] == 'attachment; filename="requests.csv"'
    assert len(table.text.splitlines()) == 4
    assert "'=HYPERLINK(1)" in table.text
    assert ",'+1," in table.text
    lines = (await visitor.get("/requests/export?format=jsonl&status=failed")).text
    assert lines == ""
    assert len((await visitor.get("/requests/export?format=jsonl")).text.splitlines()) == 3


async def test_an_export_has_what_the_page_shows(world: World) -> None:
    """An id's beginning is found whenever it was, and only what fits the other filters too: on the page as in the file."""
    old = await world.request(world.a, request_id="req_0zebra01", time_us=world.clock.now_us() - 90 * DAY_US, status=529)
    await world.request(world.a, request_id="req_0zebra02")
    visitor = await visitor_of(world)
    for path in ("/requests", "/requests/export"):
        answer = await visitor.get(f"{path}?search=req_0zebra&status=failed")
        assert old.request_id in answer.text
        assert "req_0zebra02" not in answer.text


async def test_the_live_view_is_a_stream_of_events(world: World) -> None:
    """A browser's EventSource can read it, and it ends by itself."""
    answer = await (await visitor_of(world)).get("/requests/live?for=0")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text == "retry: 2000\n\n"


@pytest.mark.parametrize(("last", "headers"), [("&last=0", {}), ("", {"last-event-id": "0"})])
async def test_the_live_view_goes_on_where_it_was_left(
    world: World, monkeypatch: pytest.MonkeyPatch, last: str, headers: dict[str, str]
) -> None:
    """Whether the script says what it had last or the browser itself: what came since is sent; whoever begins is sent nothing old."""
    monkeypatch.setattr(requests, "ROUND_S", 0)
    made, visitor = await world.request(world.a), await visitor_of(world)
    assert made.request_id in (await visitor.get(f"/requests/live?for=1{last}", **headers)).text
    assert made.request_id not in (await visitor.get("/requests/live?for=1")).text


TRIES = (
    Attempt("west", 529, 50_000, begun_us=2000, step=Step.ELSEWHERE, why=Why.BUSY, wait_us=10_000),
    Attempt("east", 200, 300_000, begun_us=62_000, step=Step.DONE, why=Why.ANSWERED),
)


async def test_a_requests_life_is_told_and_drawn(world: World) -> None:
    """Each attempt, wait and part has a bar and its time in the table; money stands by class."""
    times = Times(read_us=500, admitted_us=1500, sent_us=2000, head_us=362_000)
    made = await world.request(
        world.a,
        tries=TRIES,
        attempts=2,
        times=times,
        ttft_us=363_000,
        duration_us=900_000,
        limit_wait_us=900,
        limit_note="requests of the key",
    )
    page = await (await visitor_of(world)).get(f"/requests/{made.request_id}")
    text = text_of(page)
    for words in ("Attempt 1 at west", "Pause before the next attempt", "Attempt 2 at east", "Waiting for room in a limit", "First byte"):
        assert words in text
    assert page.text.count('<rect class="part') == 9
    assert "the upstream is overloaded" in text
    assert "10 tokens of input" in text
    assert "style=" not in page.text


async def test_why_it_failed_is_said_with_what_to_do(world: World) -> None:
    """In the visitor's language, with the way to ask for more."""
    refused = {"status": 429, "outcome": Outcome.REFUSED, "fault": "RateLimited", "limit_note": "requests of the key", "attempts": 0}
    made = await world.request(world.a, **refused)
    text = text_of(await (await visitor_of(world)).get(f"/requests/{made.request_id}"))
    assert "What to do: More was asked in a minute" in text
    assert "Ask for more" in text
    chinese = text_of(await (await visitor_of(world, language="zh")).get(f"/requests/{made.request_id}"))
    assert "处理建议" in chinese
    assert "一分钟内的请求超过限额" in chinese
    assert "More was asked" not in chinese
    assert "密钥的 requests" in chinese


async def test_a_foreign_or_unknown_request_is_not_there(world: World) -> None:
    """Neither another organization's nor none."""
    foreign = await world.request(world.b)
    visitor = await visitor_of(world)
    for request_id in (foreign.request_id, "req_nothing", "msg_x"):
        assert (await visitor.get(f"/requests/{request_id}")).status_code == 404


async def test_who_may_not_see_costs_sees_none(world: World) -> None:
    """A developer sees the requests, without their costs, in the list, in the life and in exports; billing sees no request."""
    made = await world.request(world.a, cost_nanousd=987_654_000)
    developer = await visitor_of(world, Role.DEVELOPER)
    for path in ("/requests", f"/requests/{made.request_id}", "/requests/export?format=csv", "/requests/export"):
        answer = await developer.get(path)
        assert answer.status_code == 200
        assert "987" not in text_of(answer)
    assert (await developer.get("/requests?cost=0.1")).status_code == 403
    assert (await (await visitor_of(world, Role.BILLING)).get("/requests")).status_code == 403


async def test_what_a_role_may_not_read_is_not_looked_for(world: World) -> None:
    """Whoever may read neither conversations nor content is told of neither, not even that they are there."""
    entry, call = await world.request(world.a), cast("Call", SimpleNamespace(may=lambda _: False))
    assert await conversation_of(call, entry) is None
    assert not await content_kept(call, entry)


async def test_a_batch_and_a_conversation_are_found_by_their_ids(world: World) -> None:
    """A batch by its id's beginning, with a page of its own; an unknown conversation is no request."""
    batch = await world.request(world.a, request_id="msgbatch_01zebra", kind=Kind.BATCH)
    await world.request(world.a)
    visitor = await visitor_of(world)
    page = await visitor.get("/requests?search=msgbatch_01")
    assert page.text.count('href="/requests/msgbatch_01zebra"') == 1
    assert ids_in(page.text) == []
    assert (await visitor.get(f"/requests/{batch.request_id}")).status_code == 200
    assert "No request fits" in text_of(await visitor.get("/requests?search=sess_nothing"))
