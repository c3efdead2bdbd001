"""What `yumen doctor` says of isolated organizations."""

from __future__ import annotations

import asyncio
from pathlib import Path

import sqlalchemy as sa

from tests.cli.command import inside
from yumen.cli.check_isolated import check_isolated
from yumen.cli.finding import Finding, Level
from yumen.cli.opened import opened_desk
from yumen.settings import Settings, Upstream


def test_an_isolated_organization_needs_a_database_and_an_upstream_of_its_own(tmp_path: Path) -> None:
    """Without a database it is a warning; without an upstream a failure, since its requests are refused. Of others nothing is said."""
    assert inside(tmp_path, "keys", "create", "a").code == 0
    for name in ("acme", "globex"):
        assert inside(tmp_path, "organizations", "create", name, "--plan", "enterprise").code == 0
    asyncio.run(mark_isolated(tmp_path, "acme"))
    apart, lacking = asyncio.run(found(tmp_path, {}))
    assert (apart.level, apart.values["name"]) == (Level.WARN, "acme")
    assert (lacking.level, lacking.values["name"]) == (Level.FAIL, "acme")
    own = Upstream(organizations=(str(lacking.values["id"]),))
    assert inside(tmp_path, "organizations", "isolate", "acme").code == 0
    (served,) = asyncio.run(found(tmp_path, {"own": own, "all": Upstream()}))
    assert (served.level, served.values["upstreams"]) == (Level.OK, "own")


async def mark_isolated(folder: Path, name: str) -> None:
    """Say of an organization that it is isolated, and do nothing else about it."""
    async with opened_desk(Settings(data=str(folder / "data"))) as desk, desk.database.begin() as connection:
        await connection.execute(sa.text("UPDATE organizations SET isolated = true WHERE name = :name"), {"name": name})


async def found(folder: Path, upstreams: dict[str, Upstream]) -> list[Finding]:
    """Return the findings."""
    settings = Settings(data=str(folder / "data"), upstreams=upstreams)
    async with opened_desk(settings) as desk:
        return [finding async for finding in check_isolated(desk.organizations, settings)]
