"""The commands that isolate, export and erase, as an operator runs them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.organizations.test_commands import IN_CHINESE, command, in_town, ran


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with an organization that may be isolated, before an upstream of its own."""
    in_town(tmp_path, lambda town: town.offices.registry.every())
    monkeypatch.setattr(asyncio, "sleep", at_once)
    ran(tmp_path, "organizations", "create", "Acme", "--plan", "enterprise")
    return tmp_path


async def at_once(_: float) -> None:
    """Wait for nobody."""


def test_an_organization_is_isolated_exported_and_erased(folder: Path) -> None:
    """Each is one command, says what is separate, written or gone in both languages, and leaves the file or the database that it says."""
    isolated = ran(folder, "organizations", "isolate", "Acme", "--no-content")
    assert "is isolated" in isolated.out
    assert "no upstream is its own" in isolated.err
    (own,) = (folder / "data" / "organizations").glob("*.db")
    assert str(own) in isolated.out
    shown = json.loads(ran(folder, "organizations", "show", "Acme", "--json").out)
    assert shown["isolated"]
    assert "database of its own" in command(folder, "organizations", "update", "Acme", "--shared").err
    assert "已隔离" in ran(folder, "organizations", "isolate", "Acme", **IN_CHINESE).out
    ran(folder, "organizations", "export", "Acme", str(folder / "acme.zip"))
    assert (folder / "acme.zip").stat().st_mode & 0o777 == 0o600
    with ZipFile(folder / "acme.zip") as archive:
        assert json.loads(archive.read("organizations.jsonl"))["name"] == "Acme"
    refused = command(folder, "organizations", "erase", "Acme")
    assert (refused.code, "--yes" in refused.err) == (1, True)
    assert own.exists()
    assert "erased Acme" in ran(folder, "organizations", "erase", "Acme", "--yes").out
    assert not own.exists()
    assert command(folder, "organizations", "show", "Acme").code == 1


def test_a_key_that_cannot_be_had_changes_nothing(folder: Path) -> None:
    """Where the reference of its key leads nowhere, the organization stays as it was."""
    assert command(folder, "organizations", "isolate", "Acme", "--key", "env:NO_SUCH_KEY").code == 1
    assert not json.loads(ran(folder, "organizations", "show", "Acme", "--json").out)["isolated"]


def test_its_own_key_seals_its_data_keys(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a key of its own, the organization names it from then on."""
    monkeypatch.setenv("ACME_KEY", "AtpGZ4mGhQ2kd9XxYw0m3uBzv7sQyqJ1n5cR8eTfVaL=")
    said = ran(folder, "organizations", "isolate", "Acme", "--key", "env:ACME_KEY", "--keep-content")
    assert "its key: env:ACME_KEY" in said.out
    assert "stored where its keys and sessions ask" in said.out
