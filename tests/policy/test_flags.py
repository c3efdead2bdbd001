"""What policies found is written down: added up, the words around it only where they may be kept, and nothing lost uncounted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from tests.policy.documents import applied, compiled, flag, rule
from yumen.clock import Clock
from yumen.errors import ContentKeyUnavailable
from yumen.exchange.values import Content, Principal
from yumen.policy import findings as findings_room
from yumen.policy.compiled import Compiled, compile_policies
from yumen.policy.findings import AROUND, Excerpt, Findings, note_of
from yumen.policy.flags import MOST_WAITING, FlagWriter, context_of
from yumen.policy.replaying import NOTHING, Change, Replayed
from yumen.policy.store import FlagFilter, FlagRow
from yumen.policy.store_sql import SqlFlagStore
from yumen.policy.values import Action, Hit, On, Place
from yumen.storage import Database, DatabaseUnavailable
from yumen.storage.compartments import One

TEXT = "x" * 200 + "cat" + "y" * 200
HIT = Hit(200, 203, "word", 0)


class Sealing:
    """A sealer that shows what it was given."""

    def seal(self, data: bytes, context: bytes) -> bytes:
        """Put the context in front."""
        return context + b"|" + data

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """Take it away."""
        return sealed.removeprefix(context + b"|")

    def derived(self, purpose: bytes) -> bytes:
        """Return something."""
        return purpose


async def sealer_of(organization_id: str) -> Sealing:  # noqa: ARG001  (it is everybody's)
    """Give the sealer out."""
    return Sealing()


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[SqlFlagStore]:
    """Flags in a database of either kind."""
    database = Database(database_url)
    await database.upgrade()
    yield SqlFlagStore(database)
    await database.dispose()


class Broken:
    """A store in memory, which is away so many times first."""

    def __init__(self, times: int = 0) -> None:
        """Fail so often."""
        self.times = times
        self.rows: list[Any] = []

    async def add(self, rows: Any) -> None:  # noqa: ANN401  (a double)
        """Take rows, or fail."""
        self.times -= 1
        if self.times >= 0:
            raise DatabaseUnavailable
        self.rows += rows


def exchange(number: int = 0, content: Content = Content.OFF, **fields: Any) -> Any:  # noqa: ANN401  (a double)
    """An exchange of one key."""
    principal = Principal("apikey_a", "a", "production", "wrkspc_a", organization_id="org_a", content=content, **fields)
    return SimpleNamespace(request_id=f"req_{number:04}", principal=principal, policy_note=None)


def ended(writer: FlagWriter, one: Any, made: Compiled | None = None, hits: int = 1) -> None:  # noqa: ANN401  (the same)
    """Let an exchange find something and end."""
    findings = writer.begin(one, made or compiled(rule()))
    for _ in range(hits):
        findings.note([HIT], On.REQUEST, Place.MESSAGES, TEXT)
    writer(one)


def test_findings_are_added_up() -> None:
    """The same rule, direction, place and kind is one flag; what is blocked is known."""
    findings = Findings(compiled(rule(), rule("f", Action.FLAG)))
    findings.note([HIT, HIT], On.REQUEST, Place.MESSAGES, TEXT)
    assert findings.blocked
    findings.note([HIT._replace(rule=1)], On.ANSWER, Place.THINKING, TEXT)
    assert [(each.rule, each.count, excerpts) for each, excerpts in findings.flags] == [("r", 2, ()), ("f", 1, ())]


def test_findings_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond so many flags there is no other one, and beyond so many excerpts no other text; what is there goes on counting."""
    monkeypatch.setattr(findings_room, "MOST_FLAGS", 1)
    monkeypatch.setattr(findings_room, "MOST_EXCERPTS", 2)
    findings = Findings(compiled(rule(), rule("f", Action.FLAG)), keeps_text=True)
    for _ in range(3):
        findings.note([HIT, HIT._replace(rule=1)], On.REQUEST, Place.MESSAGES, TEXT)
    assert [(each.rule, each.count, len(excerpts)) for each, excerpts in findings.flags] == [("r", 3, 2)]


def test_a_hit_in_shadow_blocks_nothing() -> None:
    """It is flagged as what would have been done."""
    findings = Findings(compile_policies((applied(rule(), shadow=True),)))
    findings.note([HIT], On.REQUEST, Place.MESSAGES, TEXT)
    assert not findings.blocked
    assert [(each.shadow, each.action) for each, _ in findings.flags] == [(True, Action.BLOCK)]


def test_the_words_around_a_hit_say_where_it_is() -> None:
    """And no more of them than a line or two; its `repr` says nothing."""
    findings = Findings(compiled(rule()), keeps_text=True)
    findings.note([HIT], On.REQUEST, Place.MESSAGES, TEXT)
    ((_, (excerpt,)),) = findings.flags
    assert excerpt.text == "x" * AROUND + "cat" + "y" * AROUND
    assert excerpt.text[excerpt.start : excerpt.end] == "cat"
    assert "cat" not in repr(excerpt)


def test_the_note_says_what_was_done_in_a_few_words() -> None:
    """Of many flags the first, and how many more; nothing that was found."""
    flags = [flag(action=Action.REDACT, place=place) for place in (Place.SYSTEM, Place.MESSAGES)]
    shadow = flag("q/s", shadow=True, on=On.ANSWER)
    assert note_of([*flags, shadow]) == "p/r redact ×2, shadow: q/s block"
    assert note_of([]) is None
    many = [flag(f"p/r{number:02}", Action.FLAG) for number in range(20)]
    assert str(note_of(many)).endswith("p/r07 flag, and 12 more")


async def test_flags_are_written_after_the_exchange(store: SqlFlagStore) -> None:
    """Once, with whose they are; the exchange has its note; without findings nothing is noted or written."""
    writer = FlagWriter(One(store), sealer_of, Clock())
    one, quiet = exchange(), exchange(1)
    ended(writer, one, hits=2)
    ended(writer, quiet, hits=0)
    writer(exchange(2))
    assert (one.policy_note, quiet.policy_note, writer.waiting) == ("p/r block ×2", None, 1)
    await writer.finish(5.0)
    (row,) = await store.flags(FlagFilter(), None, 10)
    assert (row.request_id, row.organization_id, row.workspace_id, row.key_id, row.sealed) == (
        "req_0000",
        "org_a",
        "wrkspc_a",
        "apikey_a",
        None,
    )
    assert row.flag == flag(count=2)
    assert writer.hits == {("block", "request", "enforce"): 2}
    await store.add([row])
    assert len(await store.flags(FlagFilter(), None, 10)) == 1


@pytest.mark.parametrize(
    ("content", "action", "isolated", "kept"),
    [
        (Content.OFF, Action.BLOCK, False, False),
        (Content.ERRORS, Action.FLAG, False, False),
        (Content.ERRORS, Action.BLOCK, False, True),
        (Content.ALL, Action.FLAG, False, True),
        (Content.ALL, Action.BLOCK, True, False),
    ],
)
async def test_words_are_kept_only_where_the_key_and_the_organization_say_so(
    content: Content, action: Action, *, isolated: bool, kept: bool
) -> None:
    """Sealed for their place; never for an isolated organization that keeps no content."""
    store: Any = Broken()
    writer = FlagWriter(One(store), sealer_of, Clock())
    ended(writer, exchange(content=content, isolated=isolated), compiled(rule(action=action)))
    await writer.finish(5.0)
    (row,) = store.rows
    assert (row.sealed is not None) is kept
    if row.sealed is not None:
        opened = msgspec.json.decode(Sealing().open(row.sealed, context_of(row)), type=list[Excerpt])
        assert [excerpt.text[excerpt.start : excerpt.end] for excerpt in opened] == ["cat"]


async def test_no_words_are_kept_where_the_gateway_keeps_no_content() -> None:
    """`contents.keep_days = 0` stands above what keys say."""
    store: Any = Broken()
    writer = FlagWriter(One(store), sealer_of, Clock(), keeps_text=False)
    ended(writer, exchange(content=Content.ALL))
    await writer.finish(5.0)
    assert [row.sealed for row in store.rows] == [None]


async def test_a_flag_is_written_without_its_words_where_they_cannot_be_sealed() -> None:
    """A key that is away does not hold up what is counted."""

    async def away(organization_id: str) -> Sealing:  # noqa: ARG001  (nobody's)
        raise ContentKeyUnavailable

    store: Any = Broken()
    writer = FlagWriter(One(store), away, Clock())
    ended(writer, exchange(content=Content.ALL))
    await writer.finish(5.0)
    assert [row.sealed for row in store.rows] == [None]


async def test_flags_wait_for_a_store_that_is_away() -> None:
    """They are tried again until they are written."""
    broken: Any = Broken(3)
    paused: list[float] = []

    async def pause(seconds: float) -> None:
        paused.append(seconds)

    writer = FlagWriter(One(broken), sealer_of, Clock(), pause)
    running = asyncio.create_task(writer.run())
    ended(writer, exchange())
    for _ in range(100):
        await asyncio.sleep(0)
    running.cancel()
    assert (len(broken.rows), len(paused), writer.dropped) == (1, 3, 0)


async def test_what_is_not_written_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    """Be the queue full, or the store away until the end."""
    broken: Any = Broken(100)
    writer = FlagWriter(One(broken), sealer_of, Clock())
    one = exchange()
    for _ in range(MOST_WAITING + 1):
        ended(writer, one, FULL)
    assert (writer.waiting, writer.dropped) == (MOST_WAITING, 1)
    await writer.finish(5.0)
    assert (writer.waiting, writer.dropped) == (0, MOST_WAITING + 1)
    assert "could not be written down" in caplog.text


FULL = compiled(rule())


async def test_flags_are_listed_by_page_and_filter_and_purged_by_age(store: SqlFlagStore) -> None:
    """The newest first, each once."""
    writer = FlagWriter(One(store), sealer_of, Clock())
    for number in range(7):
        ended(writer, exchange(number))
    await writer.finish(5.0)
    seen, before = [], None
    while page := await store.flags(FlagFilter(organization_id="org_a", policy="p"), before, 3):
        seen += [row.request_id for row in page]
        before = (page[-1].time_us, page[-1].request_id, page[-1].number)
    assert sorted(seen) == [f"req_{number:04}" for number in range(7)]
    assert not await store.flags(FlagFilter(organization_id="org_b"), None, 10)
    assert not await store.flags(FlagFilter(policy="q"), None, 10)
    later = Clock().now_us() + 1
    assert not await store.flags(FlagFilter(since_us=later), None, 10)
    assert [await store.purge(later, 5), await store.purge(later, 5), await store.purge(0, 5)] == [5, 2, 0]


async def test_flags_are_added_up_by_rule(store: SqlFlagStore) -> None:
    """Requests once each, hits all of them, the latest time; of one request, and of nobody else's."""
    rows = [FlagRow(f"req_{number % 2}", number, 10 + number, "org_a", "wrkspc_1", "apikey_1", flag(count=3)) for number in range(3)]
    await store.add([*rows, msgspec.structs.replace(rows[0], organization_id="org_b", request_id="req_b")])
    (found,) = await store.sums(FlagFilter(organization_id="org_a"), 10)
    assert (found.requests, found.hits, found.last_us, found.shadow) == (2, 9, 12, False)
    assert [row.number for row in await store.flags(FlagFilter(organization_id="org_a", request_id="req_0"), None, 10)] == [2, 0]
    assert await store.sums(FlagFilter(since_us=13, organization_id="org_a"), 10) == []


def test_a_policy_is_run_over_what_others_flagged() -> None:
    """What was done, and what would have been; hits whose text is gone are told of."""
    old = flag("old/animals", Action.FLAG, 3, shadow=True)
    replayed = Replayed(compiled(rule("redact", Action.REDACT), rule("answers", words=("dog",), on=On.ANSWER)))
    replayed.add(old, (Excerpt("a cat here", 2, 5), Excerpt("a dog, no cat", 2, 5)))
    replayed.add(msgspec.structs.replace(old, on=On.ANSWER, count=1), (Excerpt("a dog here", 2, 5),))
    was = "old/animals", Action.FLAG
    assert replayed.changes == {
        Change(*was, "redact", Action.REDACT): 1,
        Change(*was, "", NOTHING): 1,
        Change(*was, "answers", Action.BLOCK): 1,
    }
    assert replayed.untold == 1
