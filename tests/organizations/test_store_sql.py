"""The records in both databases: what is written is read, and each kind fits its table."""

from __future__ import annotations

import msgspec
import pytest
import sqlalchemy as sa

from tests.organizations.doubles import ME, Town
from yumen.audit import Act
from yumen.organizations.faults import Unknown
from yumen.organizations.rows import Attempt
from yumen.organizations.store_sql import AT_ONCE, TABLES
from yumen.organizations.values import Kind, Organization


async def test_every_kind_fits_its_table(town: Town) -> None:
    """Each field is a column of the table, and the key is the table's own."""

    def look(connection: sa.Connection) -> dict[str, tuple[set[str], list[str]]]:
        inspector = sa.inspect(connection)
        return {
            name: ({column["name"] for column in inspector.get_columns(name)}, inspector.get_pk_constraint(name)["constrained_columns"])
            for name, _ in TABLES.values()
        }

    async with town.database.connect() as connection:
        found = await connection.run_sync(look)
    for kind, (name, keys) in TABLES.items():
        columns, primary = found[name]
        assert {field.name for field in msgspec.structs.fields(kind)} <= columns
        assert list(keys) == primary


async def test_all_or_nothing(town: Town) -> None:
    """A transaction that fails leaves no trace: no record, no act, no revision."""
    revision = await town.database.read_revision()
    made = Organization("org_1", "x", Kind.ENTERPRISE, "trial", "UTC", isolated=False, created_us=1)

    async def fail() -> None:
        async with town.store.writing() as records:
            await records.add(made)
            await records.add(Act(ME, 1, "organization.create", "org_1", "org_1"))
            raise Unknown

    with pytest.raises(Unknown):
        await fail()
    async with town.store.reading() as records:
        assert await records.find(Organization, id="org_1") == []
    assert await town.store.acts("org_1", None, 10) == []
    assert await town.database.read_revision() == revision


async def test_what_strangers_make_raises_no_revision(town: Town) -> None:
    """A quiet transaction writes, and no gateway reads anew because of it."""
    revision = await town.database.read_revision()
    async with town.store.writing(quietly=True) as records:
        await records.add(Attempt("try_1", "x", "y", 1))
    assert await town.database.read_revision() == revision
    async with town.store.writing() as records:
        await records.forget(Attempt, "time_us", 2, subject="z")
        assert len(await records.find(Attempt, what="x")) == 1
        await records.forget(Attempt, "time_us", 1)
        assert len(await records.find(Attempt, what="x")) == 1
        await records.forget(Attempt, "time_us", 2)
        assert await records.find(Attempt, what="x") == []


async def test_many_values_at_once(town: Town) -> None:
    """More values than one statement takes are found all the same, in the order of their keys; none of them: nothing."""
    count = 2 * AT_ONCE + 3
    async with town.store.writing(quietly=True) as records:
        for number in range(count):
            await records.add(Attempt(f"try_{number:05d}", "x", "y", number))
        wanted = tuple(f"try_{number:05d}" for number in reversed(range(count)))
        assert [each.time_us for each in await records.find(Attempt, id=wanted)] == list(range(count))
        assert await records.find(Attempt, id=()) == []
        assert [each.id for each in await records.find(Attempt, what="x", id=wanted[-1:])] == ["try_00000"]


async def test_pages_of_the_audit_log(town: Town) -> None:
    """The newest first, an organization's own alone, and the next page begins where one ended."""
    for number in range(5):
        await town.offices.registry.create(ME, f"o{number}", Kind.ENTERPRISE, "trial")
    first = await town.offices.audit.page(limit=4)
    second = await town.offices.audit.page(before=first[-1].sequence, limit=100)
    numbers = [one.sequence for one in first + second]
    assert len(numbers) == 15
    assert numbers == sorted(numbers, reverse=True)
    organization = first[0].act.organization_id
    assert {one.act.organization_id for one in await town.offices.audit.page(organization)} == {organization}
