"""The databases beside the main one: each is opened when it is asked for, and many of them do not cost ever more connections."""

from __future__ import annotations

from sqlalchemy import event, text

from yumen.storage import Database
from yumen.storage.compartments import Compartments

ORGANIZATION = text(
    "INSERT INTO organizations (id, name, kind, plan, time_zone, isolated, created_us, keeps_content, compartment) "
    "VALUES (:id, :id, 'enterprise', 'enterprise', 'UTC', true, 0, false, :id)"
)
NAMES = ("org_a", "org_b", "org_c")


async def test_only_so_many_keep_their_connections(database_url: str) -> None:
    """However often all of them are asked, no more connections are open afterwards than the first ones may keep."""
    main = Database(database_url)
    await main.upgrade()
    async with main.begin() as connection:
        await connection.execute(ORGANIZATION, [{"id": name} for name in NAMES])
    compartments = Compartments(main, at_most=1)
    await compartments.follow()
    for name in NAMES:
        await compartments.make(name)
    connections: list[int] = []
    for database in compartments.every()[1:]:
        event.listen(database._engine.sync_engine, "connect", lambda *_: connections.append(1))
        event.listen(database._engine.sync_engine, "close", lambda *_: connections.append(-1))
    for _ in range(3):
        for database in compartments.every()[1:]:
            async with database.connect() as connection:
                await connection.execute(text("SELECT 1 FROM entries"))
    assert [database.pooled for database in compartments.every()[1:]] == [True, False, False]
    assert len(connections) > len(NAMES)
    assert sum(connections) == 0  # the one that is kept was opened before, by its making
    await compartments.close()
    await main.dispose()
