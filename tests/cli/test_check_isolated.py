"""What `yumen doctor` says of isolated organizations."""

from __future__ import annotations

import asyncio
from pathlib import Path

import sqlalchemy as sa

from tests.cli.command import inside
from yumen.checks.finding import Finding, Level
from yumen.checks.isolated import check_isolated
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
    assert "acme" in next(line for line in inside(tmp_path, "doctor").out.splitlines() if "has no upstream of its own" in line)
    own = Upstream(organizations=(str(lacking.values["id"]),))
    assert inside(tmp_path, "organizations", "isolate", "acme").code == 0
    (served,) = asyncio.run(found(tmp_path, {"own": own, "all": Upstream()}))
    assert (served.level, served.values["upstreams"]) == (Level.OK, "own")


def test_a_database_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """It holds up everybody's ledger, so the doctor says whose it is and where, if it breaks while others work as ever."""
    assert inside(tmp_path, "keys", "create", "a").code == 0
    assert inside(tmp_path, "organizations", "create", "acme", "--plan", "enterprise").code == 0
    assert inside(tmp_path, "organizations", "isolate", "acme").code == 0

    async def broken() -> Finding:
        settings = Settings(data=str(tmp_path / "data"))
        async with opened_desk(settings) as desk:
            (path,) = (tmp_path / "data" / "organizations").glob("*.db")
            await desk.compartments.close()
            path.write_bytes(b"no database, but longer than the head of one" * 9)
            first, *_ = [finding async for finding in check_isolated(desk.organizations, desk.compartments, settings)]
            return first

    found = asyncio.run(broken())
    assert (found.level, found.values["name"]) == (Level.FAIL, "acme")
    assert str(found.values["reason"]).startswith(str(tmp_path / "data" / "organizations")), found.values
    assert "cannot be written" in found.sentence
    doctor = inside(tmp_path, "doctor")
    assert doctor.code == 1
    assert f"{found.values['id']}.db" in doctor.out


async def mark_isolated(folder: Path, name: str) -> None:
    """Say of an organization that it is isolated, and do nothing else about it."""
    async with opened_desk(Settings(data=str(folder / "data"))) as desk, desk.database.begin() as connection:
        await connection.execute(sa.text("UPDATE organizations SET isolated = true WHERE name = :name"), {"name": name})


async def found(folder: Path, upstreams: dict[str, Upstream]) -> list[Finding]:
    """Return the findings."""
    settings = Settings(data=str(folder / "data"), upstreams=upstreams)
    async with opened_desk(settings) as desk:
        return [finding async for finding in check_isolated(desk.organizations, desk.compartments, settings)]
