"""Terms at hand: read once, in force within one look at the revision, and never older than a change."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa

from tests.limits.desk import ALICE, BOB, SCOPES, Desk
from yumen.errors import LimitsUnavailable
from yumen.exchange.values import DEFAULT_ORGANIZATION
from yumen.limits import Kind, Limit, ScopeKind
from yumen.limits.terms.store_sql import SqlTermsStore
from yumen.storage import Database

MINUTE = Limit(Kind.REQUESTS_PER_MINUTE, 10)


async def test_an_organization_is_read_once() -> None:
    """A second principal of the same organization reads nothing."""
    desk = Desk(MINUTE)
    assert len((await desk.known.of(ALICE)).lines) == 1
    assert (await desk.known.of(BOB)).lines == ()
    await desk.known.of(ALICE)
    assert desk.terms.reads == 1


async def test_a_change_counts_after_one_look() -> None:
    """What was remembered is read anew in one go when the revision changes, and not before."""
    desk = Desk(MINUTE)
    await desk.known.of(ALICE)
    desk.set(Limit(Kind.REQUESTS_PER_MINUTE, 3))
    assert (await desk.known.of(ALICE)).lines[0].limit.value == 10
    await desk.watch.poll()
    assert (await desk.known.of(ALICE)).lines[0].limit.value == 3
    reads = desk.terms.reads
    await desk.watch.poll()
    assert desk.terms.reads == reads


async def test_a_new_key_has_its_limits_from_its_first_request_on() -> None:
    """A key that was made after the last look at the revision is not held to what was remembered before it was there."""
    desk = Desk()
    assert (await desk.known.of(BOB)).lines == ()
    desk.set(Limit(Kind.REQUESTS_PER_MINUTE, 3))
    assert [line.limit.value for line in (await desk.known.of(ALICE)).lines] == [3]


async def test_a_read_before_the_change_does_not_outlive_it() -> None:
    """A first look that began before a change and ended after it is not remembered."""
    desk = Desk(MINUTE)
    gate = asyncio.Event()
    read = desk.terms.read

    async def slow(organization_ids: list[str]) -> object:
        found = await read(organization_ids)
        await gate.wait()
        return found

    desk.terms.read = slow  # type: ignore[method-assign, assignment]
    looking = asyncio.create_task(desk.known.of(ALICE))
    await asyncio.sleep(0)
    desk.terms.read = read  # type: ignore[method-assign]
    desk.set(Limit(Kind.REQUESTS_PER_MINUTE, 3))
    await desk.watch.poll()
    gate.set()
    assert (await looking).lines[0].limit.value == 10
    assert (await desk.known.of(ALICE)).lines[0].limit.value == 3


async def test_a_change_that_cannot_be_read_is_asked_for_again() -> None:
    """Until the store answers, the terms that are remembered count; then the new ones."""
    desk = Desk(MINUTE)
    await desk.watch.poll()
    await desk.known.of(ALICE)
    desk.set(Limit(Kind.REQUESTS_PER_MINUTE, 3))
    desk.terms.broken = True
    await desk.watch.poll()
    assert (await desk.known.of(ALICE)).lines[0].limit.value == 10
    desk.terms.broken = False
    await desk.watch.poll()
    assert (await desk.known.of(ALICE)).lines[0].limit.value == 3


async def test_plans_and_time_zones_come_from_the_database(database: Database) -> None:
    """An organization has its plan's limits and its time zone; one that is not there has none."""
    async with database.begin() as connection:
        await connection.execute(sa.text("UPDATE organizations SET plan = 'trial', time_zone = 'Asia/Shanghai'"))
    found = await SqlTermsStore(database).read([DEFAULT_ORGANIZATION, "org_none"])
    assert found[DEFAULT_ORGANIZATION].plan == (Limit(Kind.REQUESTS_PER_MINUTE, 20), Limit(Kind.REQUESTS_PER_MONTH, 5000))
    assert found[DEFAULT_ORGANIZATION].time_zone == "Asia/Shanghai"
    assert (found["org_none"].plan, found["org_none"].lines) == ((), ())


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE organizations SET plan = 'of nowhere'",
        'UPDATE plans SET limits = \'[{"kind": "of_tomorrow", "value": 1}]\'',
        "INSERT INTO limits VALUES ('org_00000000000000000default', 'key', 'k', 'of_tomorrow', 1, 'enforce', 0, 'bound', 0)",
    ],
)
async def test_what_has_no_meaning_makes_nobody_unlimited(database: Database, change: str) -> None:
    """A plan that is gone, or a limit that is not understood, is no reason to let everything pass."""
    async with database.begin() as connection:
        await connection.execute(sa.text(change))
    with pytest.raises(LimitsUnavailable):
        await SqlTermsStore(database).read([DEFAULT_ORGANIZATION])


def test_every_kind_of_scope_is_looked_at() -> None:
    """The table of scopes that these tests use is complete."""
    assert set(SCOPES) == set(ScopeKind)
