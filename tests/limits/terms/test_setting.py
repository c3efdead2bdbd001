"""Setting limits: what is written is what is read, audited and in force; what will not do is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.keys.doubles import StandingClock
from yumen.audit import Act, Actor, read_acts
from yumen.errors import OperatorError
from yumen.exchange.values import DEFAULT_ORGANIZATION
from yumen.limits.terms.setting import LimitSetter, check_limit, value_text
from yumen.limits.terms.store_sql import SqlTermsStore
from yumen.limits.values import MAX_NANOUSD, MAX_RATE, Kind, Limit, Line, Mode, Reserve, Scope, ScopeKind
from yumen.storage import Database
from yumen.testing.clock import JumpingClock

ACTOR = Actor("user:user_1", "192.0.2.7")
KEY = Scope(ScopeKind.KEY, "apikey_1")
MINUTE = Limit(Kind.REQUESTS_PER_MINUTE, 10)
MONEY = Limit(Kind.SPEND_PER_MONTH, 1_000_000_001, Mode.SHADOW, reserve=Reserve.BOUND)


@pytest.fixture
def setter(database: Database) -> LimitSetter:
    """What is tested."""
    return LimitSetter(database, StandingClock(), ACTOR)


async def lines(database: Database) -> set[Line]:
    """The limits of the default organization as the gateway reads them, whenever they were set."""
    found = (await SqlTermsStore(database).read([DEFAULT_ORGANIZATION]))[DEFAULT_ORGANIZATION].lines
    return {Line(each.scope, each.limit) for each in found}


async def since(database: Database) -> list[int]:
    """When the limits of the default organization were set."""
    return [each.since_us for each in (await SqlTermsStore(database).read([DEFAULT_ORGANIZATION]))[DEFAULT_ORGANIZATION].lines]


async def acts(database: Database) -> list[Act]:
    """The audit log, oldest first."""
    async with database.connect() as connection:
        return [recorded.act for recorded in reversed(await read_acts(connection))]


async def test_limits_are_set_changed_and_unset(setter: LimitSetter, database: Database) -> None:
    """The gateway reads what was set; a second value takes the place of the first; each write raises the revision."""
    start = await database.read_revision()
    await setter.set(DEFAULT_ORGANIZATION, KEY, [MINUTE, MONEY])
    assert await lines(database) == {Line(KEY, MINUTE), Line(KEY, MONEY)}
    more = Limit(Kind.REQUESTS_PER_MINUTE, 20, wait_ms=500)
    await setter.set(DEFAULT_ORGANIZATION, KEY, [more])
    assert await lines(database) == {Line(KEY, more), Line(KEY, MONEY)}
    assert await setter.unset(DEFAULT_ORGANIZATION, KEY, Kind.SPEND_PER_MONTH)
    assert await lines(database) == {Line(KEY, more)}
    assert await database.read_revision() == start + 3


async def test_every_change_is_audited(setter: LimitSetter, database: Database) -> None:
    """Who, which limit of whom, what it was and what it is; what changes nothing leaves nothing."""
    await setter.set(DEFAULT_ORGANIZATION, KEY, [MINUTE])
    await setter.set(DEFAULT_ORGANIZATION, KEY, [MINUTE])
    await setter.set(DEFAULT_ORGANIZATION, KEY, [Limit(Kind.REQUESTS_PER_MINUTE, 20, Mode.SHADOW)])
    await setter.unset(DEFAULT_ORGANIZATION, KEY, Kind.REQUESTS_PER_MINUTE)
    assert not await setter.unset(DEFAULT_ORGANIZATION, KEY, Kind.REQUESTS_PER_MINUTE)
    ten = {"value": 10, "mode": "enforce", "wait_ms": 0, "reserve": "expected"}
    twenty = {"value": 20, "mode": "shadow", "wait_ms": 0, "reserve": "expected"}
    found = await acts(database)
    assert [(act.action, act.before, act.after) for act in found] == [
        ("limit.set", None, ten),
        ("limit.set", ten, twenty),
        ("limit.unset", twenty, None),
    ]
    assert {(act.actor, act.target, act.organization_id) for act in found} == {
        (ACTOR, "key:apikey_1:requests_per_minute", DEFAULT_ORGANIZATION)
    }


WRONG = [
    Limit(Kind.REQUESTS_PER_MINUTE, 0),
    Limit(Kind.REQUESTS_PER_MINUTE, MAX_RATE + 1),
    Limit(Kind.SPEND_PER_DAY, MAX_NANOUSD + 1),
    Limit(Kind.SPEND_PER_DAY, -1),
    Limit(Kind.CONCURRENT_REQUESTS, 1, wait_ms=-1),
    Limit(Kind.CONCURRENT_REQUESTS, 1, wait_ms=600_001),
    Limit(Kind.REQUESTS_PER_MONTH, 1, wait_ms=1),
]


@pytest.mark.parametrize("wrong", WRONG)
async def test_of_limits_with_a_wrong_one_none_is_set(setter: LimitSetter, database: Database, wrong: Limit) -> None:
    """A value out of its range, or a wait that nobody could bear or that cannot help, refuses them all."""
    with pytest.raises(OperatorError):
        await setter.set(DEFAULT_ORGANIZATION, KEY, [Limit(Kind.FILES_PER_MINUTE, 5), wrong])
    assert (await lines(database), await acts(database)) == (set(), [])


@pytest.mark.parametrize(
    "limit", [Limit(Kind.REQUESTS_PER_MINUTE, MAX_RATE, wait_ms=600_000), Limit(Kind.SPEND_PER_DAY, MAX_NANOUSD), MONEY]
)
def test_the_ends_of_the_ranges_will_do(limit: Limit) -> None:
    """What the stores can count exactly can be set."""
    check_limit(limit)


@given(st.integers(0, MAX_NANOUSD))
def test_money_is_shown_exactly(nanousd: int) -> None:
    """Dollars with at least two digits after the point and as many as it takes: no nano-dollar is lost."""
    text = value_text(Kind.SPEND_PER_DAY, nanousd)
    whole, rest = text.split(".")
    assert int(whole) * 10**9 + int(rest.ljust(9, "0")) == nanousd
    assert len(rest) >= 2


async def test_a_limit_that_changes_is_as_old_as_before(database: Database) -> None:
    """A new value goes on with the counter; what was taken away and is set again is new."""
    clock = JumpingClock()
    setter = LimitSetter(database, clock, ACTOR)
    begun_us = clock.now_us()
    await setter.set(DEFAULT_ORGANIZATION, KEY, [MONEY])
    clock.move(1_000_000)
    await setter.set(DEFAULT_ORGANIZATION, KEY, [Limit(MONEY.kind, 5)])
    assert await since(database) == [begun_us]
    await setter.unset(DEFAULT_ORGANIZATION, KEY, MONEY.kind)
    await setter.set(DEFAULT_ORGANIZATION, KEY, [MONEY])
    assert await since(database) == [begun_us + 1_000_000]


async def test_in_the_place_of_a_plans_limit_its_counter_goes_on(setter: LimitSetter, database: Database) -> None:
    """What takes the place of a plan's limit counts where that counted, so that the plan's is right again when it ends."""
    async with database.begin() as connection:
        await connection.exec_driver_sql("UPDATE organizations SET plan = 'trial'")
    whole = Scope(ScopeKind.ORGANIZATION, DEFAULT_ORGANIZATION)
    await setter.set(DEFAULT_ORGANIZATION, whole, [Limit(Kind.REQUESTS_PER_MONTH, 9000), MONEY])
    found = (await SqlTermsStore(database).read([DEFAULT_ORGANIZATION]))[DEFAULT_ORGANIZATION].lines
    assert {line.limit.kind: line.since_us > 0 for line in found} == {Kind.REQUESTS_PER_MONTH: False, MONEY.kind: True}
