"""`yumen keys`, as a program and as a person use it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import Ran, yumen
from yumen.keys.form import parse_key
from yumen.keys.values import Credential


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for the data folder."""
    return tmp_path


def keys(folder: Path, *arguments: str) -> Ran:
    """Run `yumen keys` on the folder's data."""
    return yumen(folder, "keys", *arguments, "--data", "data")


def created(folder: Path, *arguments: str) -> Any:  # noqa: ANN401  (JSON)
    """Make a key and return what `--json` says."""
    return json.loads(keys(folder, "create", *arguments, "--json").out)


def listed(folder: Path) -> list[dict[str, Any]]:
    """The keys as `--json` lists them."""
    return [json.loads(line) for line in keys(folder, "list", "--json").out.splitlines()]


def test_a_key_is_shown_once(folder: Path) -> None:
    """The key stands alone on stdout, what it is on stderr, and neither the list nor the database has it."""
    ran = keys(folder, "create", "my app")
    key = ran.out.removesuffix("\n")
    assert isinstance(parse_key(key), Credential)
    assert "my app" in ran.err
    assert key not in ran.err
    secret = key.rsplit("-", 1)[1]
    assert secret not in keys(folder, "list").out + keys(folder, "list", "--json").out
    assert all(secret.encode() not in path.read_bytes() for path in (folder / "data").iterdir())


def test_json_has_what_programs_need(folder: Path) -> None:
    """`--json` gives one object with id, name, environment, key and expires_at."""
    made = created(folder, "a", "--environment", "staging", "--expires", "90d")
    assert set(made) == {"id", "name", "environment", "key", "expires_at"}
    assert made["key"].startswith("yk-staging-" + made["id"].removeprefix("apikey_"))
    assert created(folder, "b")["expires_at"] is None


def test_the_list_in_a_pipe_is_plain(folder: Path) -> None:
    """In a pipe the list is a line of names and a line a key, with tabs between."""
    made = created(folder, "a\tb\x1b[2J")
    lines = keys(folder, "list").out.splitlines()
    assert lines[0] == "id\tname\tenvironment\tstatus\tcreated_at\texpires_at"
    assert [line.split("\t")[:4] for line in lines[1:]] == [[made["id"], "a\ufffdb\ufffd[2J", "production", "active"]]


def test_rotation_and_revocation(folder: Path) -> None:
    """A rotated key gets an end and a successor of its name; a revoked one is listed as such."""
    old = created(folder, "app", "--allow-path", "/v1/skills*")
    new = json.loads(keys(folder, "rotate", "app", "--grace", "1h", "--json").out)
    assert new["id"] != old["id"]
    assert [(key["id"], key["status"], key["allowed_paths"]) for key in listed(folder)] == [
        (old["id"], "expiring", ["/v1/skills*"]),
        (new["id"], "active", ["/v1/skills*"]),
    ]
    assert new["id"] in keys(folder, "revoke", "app").out
    assert listed(folder)[1]["status"] == "revoked"
    assert keys(folder, "revoke", old["id"]).code == 0
    assert {key["status"] for key in listed(folder)} == {"revoked"}


def test_every_write_raises_the_revision(folder: Path) -> None:
    """A running gateway can see each of them."""
    created(folder, "a")
    keys(folder, "rotate", "a")
    keys(folder, "revoke", "a")
    with sqlite3.connect(folder / "data" / "yumen.db") as database:
        assert database.execute("SELECT number FROM revision").fetchone() == (3,)


def test_what_is_not_there_is_said(folder: Path) -> None:
    """An unknown name ends with 1 and a sentence."""
    created(folder, "a")
    ran = keys(folder, "revoke", "b")
    assert (ran.code, ran.err) == (1, "yumen: there is no key 'b': yumen keys list shows them\n")


def test_only_the_owner_can_read_the_data(folder: Path) -> None:
    """The folder is made 0700 and its files 0600; one that is wider is refused."""
    created(folder, "a")
    data = folder / "data"
    assert data.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in data.iterdir()} == {0o600}
    data.chmod(0o755)
    assert f"{data} is open to others (mode 0755): run chmod 0700 {data}" in keys(folder, "list").err
