"""The overview: figures against the span before, charts with their tables, lists, and no money for who may not see it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from tests.console.api.test_usage_series import HOUR_US, fill
from tests.console.api.world import World
from tests.console.pages.visitor import Visitor, text_of
from tests.organizations.doubles import ME
from yumen.console.api.usage_series import WIDTHS
from yumen.console.pages.locales import locale_of
from yumen.console.pages.overview.figures import change_of, kind_of
from yumen.console.pages.overview.spans import SPANS, span_of, stretch_of
from yumen.keys.values import Role
from yumen.limits.values import Kind, Scope, ScopeKind, Standing

NOW_US = 1_764_000_123_456_789


@pytest.mark.parametrize("span", SPANS.values(), ids=str)
def test_a_span_ends_now_and_is_compared_with_one_as_long(span: Any) -> None:  # noqa: ANN401  (a Span)
    """Its last piece is the one that now lies in, and the span before is as long as this one is by now."""
    stretch = stretch_of(span, NOW_US)
    assert len(stretch.starts_us) == span.pieces
    assert stretch.starts_us[-1] <= NOW_US < stretch.starts_us[-1] + span.width_us
    since_us, until_us = stretch.before_us
    assert until_us - since_us == NOW_US - stretch.since_us
    assert WIDTHS[span.width] == span.width_us


async def test_what_came_later_the_day_before_is_not_compared(world: World) -> None:
    """At steady traffic a day is as the day before, be the hour that now lies in just begun or nearly over."""
    day_us, visitor = 24 * HOUR_US, Visitor(world, await world.key(world.a, Role.OWNER))
    now_us = world.clock.now_us()
    await fill(world, {}, {"time_us": now_us - day_us - 1_000_000}, {"time_us": now_us - day_us + 1_000_000})
    figures = (await visitor.ask("/overview/data?span=24h")).json()["figures"]
    assert figures[0]["change"] == "as before"


@pytest.mark.parametrize(
    ("us", "text"),
    [(None, "–"), (1234, "1.2 ms"), (9_999_000, "9,999 ms"), (10_400_000, "10.4 s"), (149_000_000, "149 s"), (7_200_000_000, "2 hr")],
)
def test_how_long_an_answer_took_is_told_to_a_tenth_of_a_second(us: int | None, text: str) -> None:
    """Two and a half minutes are not two."""
    assert locale_of("en").span(us) == text


def test_a_span_that_nobody_knows_is_the_usual_one() -> None:
    """Whatever stands in the address, a span is shown."""
    assert span_of("9y") is span_of(None) is SPANS["24h"]


@pytest.mark.parametrize(
    ("name", "now", "before", "text", "kind"),
    [
        ("requests", 20, 10, "100% more", "quiet"),
        ("errors", 0.2, 0.1, "100% more", "bad"),
        ("errors", 0.1, 0.2, "50% less", "good"),
        ("cache", 0.5, 1.0, "50% less", "bad"),
        ("latency", 1.01, 1.0, "1% more", "quiet"),
        ("latency", 1.0, 1.0, "as before", "quiet"),
        ("requests", 5, 0, "", "quiet"),
        ("latency", None, 3.0, "", "quiet"),
    ],
)
def test_changes_are_welcome_or_not(name: str, now: float | None, before: float | None, text: str, kind: str) -> None:
    """More errors and longer answers are bad news, more requests no news at all."""
    visit: Any = SimpleNamespace(locale=locale_of("en"), say=locale_of("en").words.say)
    assert change_of(visit, now, before) == text
    assert kind_of(name, now, before) == kind


async def test_who_has_asked_nothing_is_led_to_a_first_request(world: World) -> None:
    """On the first day there are no charts, but a way on."""
    page = await Visitor(world, await world.key(world.a, Role.OWNER)).get("/overview")
    assert page.status_code == 200
    assert 'href="/welcome"' in page.text
    assert "data-chart" not in page.text


async def test_figures_charts_and_lists_say_what_was_used(world: World) -> None:
    """Requests, money, errors and their change stand there, in words and in the tables behind the charts."""
    key = await world.plain_key(world.a)
    await fill(world, *({"key_id": key.key_id} for _ in range(3)), {"time_us": world.clock.now_us() - 30 * HOUR_US})
    visitor = Visitor(world, await world.key(world.a, Role.OWNER))
    page = await visitor.get("/overview")
    text = text_of(page)
    assert "Requests 3 200% more" in text
    assert "$1.50" in text
    assert f'href="/keys/{key.key_id}">{key.name}' in page.text
    assert text.count("As a table") == 6
    found = (await visitor.ask("/overview/data?span=24h")).json()
    assert found["requests"] == 3
    assert sum(found["charts"]["requests"]["series"][0]["values"]) == 3
    assert len(found["charts"]["latency"]["times"]) == 24


async def test_whoever_may_not_see_costs_sees_none(world: World) -> None:
    """Neither in the page nor in what its script is told is there any money, nor how much of a spend limit is used."""
    await fill(world, {})
    await world.limit(Scope(ScopeKind.ORGANIZATION, world.a), world.a, Kind.SPEND_PER_DAY, 10**9)
    world.standing = Standing(10, NOW_US)
    visitor = Visitor(world, await world.key(world.a, Role.DEVELOPER))
    page, told = await visitor.get("/overview"), await visitor.ask("/overview/data")
    assert "$" not in text_of(page)
    assert "$" not in told.text
    assert "money" not in told.json()["charts"]
    assert told.json()["lists"]["close"] == []
    assert "$" in text_of(await Visitor(world, await world.key(world.a, Role.BILLING)).get("/overview"))


async def test_what_is_close_to_its_limit_stands_first(world: World) -> None:
    """From sixty percent on a limit is told, the fullest first."""
    whole = Scope(ScopeKind.ORGANIZATION, world.a)
    for kind, value in ((Kind.REQUESTS_PER_MINUTE, 100), (Kind.REQUESTS_PER_MONTH, 50), (Kind.CONCURRENT_REQUESTS, 1000)):
        await world.limit(whole, world.a, kind, value)
    standings = {100: 40, 50: 5, 1000: 990}

    async def use_now(_: str, lines: Any) -> list[Standing]:  # noqa: ANN401  (lines)
        return [Standing(standings.get(line.limit.value, line.limit.value), NOW_US) for line in lines]

    world.services = msgspec.structs.replace(world.services, use_now=use_now)
    found = (await Visitor(world, await world.key(world.a, Role.OWNER)).ask("/overview/data")).json()
    assert [row[2]["share"] for row in found["lists"]["close"]] == [0.9, 0.6]
    assert found["lists"]["close"][0][1]["text"] == "Requests per month: 45 / 50"


async def test_what_changed_is_said_in_words(world: World) -> None:
    """Acts are told by names, in both languages, to those who may read the audit log."""
    await world.offices.workspaces.create(ME, world.a, "Shop", "staging")
    key = await world.key(world.a, Role.OWNER)
    for language, sentence in (("en", "created the workspace “Shop”"), ("zh", "创建了工作区 “Shop”")):
        rows = (await Visitor(world, key, language).ask("/overview/data")).json()["lists"]["changes"]
        assert any(row[0]["text"].endswith(sentence) for row in rows), rows
    rows = (await Visitor(world, await world.key(world.a, Role.VIEWER)).ask("/overview/data")).json()["lists"]["changes"]
    assert rows == []
