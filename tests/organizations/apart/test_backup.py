"""A back-up has the databases of isolated organizations with it, and is restored with them or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.organizations.apart.planting import OURS, opened, owner_of, rows_of_all
from tests.organizations.apart.test_isolate import ACTOR, WHOLE, isolating
from tests.postgres import for_asyncpg
from yumen.errors import OperatorError
from yumen.organizations.apart.isolate import Wish
from yumen.organizations.apart.owned import APART
from yumen.storage import HEAD, Database
from yumen.storage.archive import FORMAT, Manifest
from yumen.storage.backup import back_up
from yumen.storage.compartments import Compartments
from yumen.storage.restore import restore


async def test_a_compartment_comes_back(
    database: Database, compartments: Compartments, empty_postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an isolated organization has for itself is in its own database again, in the other kind of database too.

    An archive that is not whole leaves none. However long the rest takes to read, no database's transaction is cut off meanwhile.
    """
    await isolating(compartments).isolate(ACTOR, OURS, Wish())
    manifest = Manifest(FORMAT, HEAD, "1", database.kind, 1)
    sums = await back_up(database, [], tmp_path / "archive", manifest)
    assert {name.split("/")[1] for name in sums.tables if name.startswith(OURS)} > set(APART)
    whole = (tmp_path / "archive").read_bytes()
    (tmp_path / "cut").write_bytes(whole[:-200])
    folder = tmp_path / "other"
    (folder / "journal").mkdir(parents=True)
    folder.chmod(0o700)
    to_sqlite = database.kind == "postgresql"
    target = Database(f"sqlite+aiosqlite:///{folder}/main.db" if to_sqlite else for_asyncpg(empty_postgres_url))
    monkeypatch.delattr(Database, "begin")  # it has time-outs
    with pytest.raises(OperatorError):
        await restore(target, tmp_path / "cut", folder / "journal")
    assert not await Compartments(target).has(OURS)
    assert await restore(target, tmp_path / "archive", folder / "journal") == sums
    again = await opened(target)
    assert await rows_of_all(again.of(OURS), await owner_of(target), APART) == WHOLE
    with pytest.raises(OperatorError):
        await restore(target, tmp_path / "archive", folder / "journal")
    assert await rows_of_all(again.of(OURS), await owner_of(target), APART) == WHOLE
    await again.close()
    await target.dispose()
