"""`yumen organizations keys`, and what back-ups, restored data and the doctor say of keys of content."""

from __future__ import annotations

import asyncio
import json
import re
import tarfile
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.cli.command import Ran, inside
from tests.isolation.keys import FIRST, SECOND, keks, keyring
from yumen.audit import read_acts
from yumen.checks.finding import Finding
from yumen.cli.check_content import check_content
from yumen.clock import Clock
from yumen.settings import Settings
from yumen.storage import Database, DataFolder

ORGANIZATION = """
INSERT INTO organizations (id, name, kind, plan, time_zone, isolated, created_us, keeps_content)
VALUES ('org_1', 'one', 'enterprise', 'enterprise', 'UTC', FALSE, 1, FALSE)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose `data` has an organization that has sealed something."""

    async def make() -> None:
        database = Database(DataFolder(tmp_path / "data").database_url)
        await database.upgrade()
        async with database.begin() as connection:
            await connection.execute(text(ORGANIZATION))
        await keyring(database, keks(tmp_path / "data"), Clock()).sealer("org_1")
        await database.dispose()

    asyncio.run(make())
    return tmp_path


def keys(folder: Path, *arguments: str, **environment: str) -> Ran:
    """Run one of the commands."""
    return inside(folder, "organizations", "keys", *arguments, **environment)


def test_a_new_data_key(folder: Path) -> None:
    """`rotate` makes a key that seals a while later; `list` shows which seals now, and under what each is; the audit log has it."""
    (first,) = [json.loads(line) for line in keys(folder, "list", "one", "--json").out.splitlines()]
    ran = keys(folder, "rotate", "one")
    assert re.fullmatch(r"made the data key dk_\w{24}; in 15 seconds it seals what is stored\n", ran.out)
    listed = [json.loads(line) for line in keys(folder, "--json").out.splitlines()]
    assert [(line["organization"], line["seals"]) for line in listed] == [("org_1", True), ("org_1", False)]
    assert listed[0] == first
    assert {line["wrapped_by"].split()[0] for line in listed} == {"content.key"}
    assert [act for act, who in acts(folder) if who.startswith("command line:")] == ["data_key.create"]
    assert keys(folder, "rotate", "two").code == 1


def test_another_key_of_keys(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the setting names another key, `rewrap` seals everything under it; then its value changes, and `--from` names the old one."""
    keys(folder, "rotate", "one")
    monkeypatch.setenv("KEY", FIRST)
    setting = {"YUMEN_ENCRYPTION_KEY": "env:KEY"}
    assert keys(folder, "rewrap", **setting).out.startswith("sealed 2 data keys anew")
    assert keys(folder, "rewrap", "one", **setting).out.startswith("sealed 0 data keys anew")
    (folder / "data" / "content.key").unlink()
    monkeypatch.setenv("KEY", SECOND)
    monkeypatch.setenv("OLD", FIRST)
    refused = keys(folder, "rewrap", **setting)
    assert (refused.code, "--from" in refused.err, SECOND in refused.err, FIRST in refused.err) == (1, True, False, False)
    assert keys(folder, "rewrap", "--from", "env:OLD", **setting).out.startswith("sealed 2 data keys anew")
    monkeypatch.delenv("OLD")
    assert keys(folder, "rewrap", **setting).out.startswith("sealed 0 data keys anew")
    assert [act for act, _ in acts(folder)] == ["data_key.rewrap", "data_key.rewrap", "data_key.create"]


def test_a_weak_key_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that anybody could guess seals nothing: what is there stays as it was."""
    monkeypatch.setenv("KEY", "correct horse")
    ran = keys(folder, "rewrap", YUMEN_ENCRYPTION_KEY="env:KEY")
    assert (ran.code, ran.out) == (1, "")
    assert "openssl rand -base64 32" in ran.err
    assert "horse" not in ran.err


def test_a_back_up_says_which_key_it_needs(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The archive holds the sealed keys and not the one that opens them; both its maker and its reader are told."""
    archive = folder / "all.yumen"
    made = inside(folder, "backup", str(archive))
    assert "opens only with content.key, which it does not hold" in made.err
    text_of_key = (folder / "data" / "content.key").read_bytes().strip()
    with tarfile.open(archive) as members:
        held = b"".join(file.read() for member in members if (file := members.extractfile(member)) is not None)
    assert b"dk_" in held
    assert text_of_key not in held
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    restored = inside(elsewhere, "restore", str(archive))
    assert restored.code == 0
    assert "opens only with content.key, which was not in the archive" in restored.err
    assert [(finding.level.value, "missing" in finding.sentence) for finding in findings(elsewhere)] == [("fail", True)]
    (elsewhere / "data" / "content.key").touch(0o600)
    (elsewhere / "data" / "content.key").write_bytes(text_of_key)
    assert [(finding.level.value, finding.values) for finding in findings(elsewhere)] == [("ok", {"count": 1, "reference": "content.key"})]
    assert "1 data keys open with content.key" in inside(elsewhere, "doctor").out


def findings(folder: Path) -> list[Finding]:
    """What the doctor finds of keys of content."""

    async def look() -> list[Finding]:
        database = Database(DataFolder(folder / "data").database_url)
        found = [finding async for finding in check_content(Settings(data=str(folder / "data")), database)]
        await database.dispose()
        return found

    return asyncio.run(look())


def acts(folder: Path) -> list[tuple[str, str]]:
    """What the audit log has, the newest first, and of whom."""

    async def read() -> list[tuple[str, str]]:
        database = Database(DataFolder(folder / "data").database_url)
        async with database.connect() as connection:
            found = [(each.act.action, each.act.actor.name) for each in await read_acts(connection)]
        await database.dispose()
        return found

    return asyncio.run(read())
