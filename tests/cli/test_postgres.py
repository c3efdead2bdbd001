"""The commands on PostgreSQL: the settings say where, and nobody sees the password."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command import Ran, yumen

PASSWORD = "planted-pass-word"


def run(folder: Path, url: str, *arguments: str, **environment: str) -> Ran:
    """Run a command on that database."""
    named = {"YUMEN_DATABASE_URL": url, "YUMEN_DATABASE_PASSWORD": "env:PGWORD", "PGWORD": PASSWORD}
    return yumen(folder, *arguments, "--data", "data", **(named | environment))


def test_every_command_looks_there(empty_postgres_url: str, tmp_path: Path) -> None:
    """Keys, the ledger, usage and the doctor work on the database that the settings name; the data folder gets none of its own."""
    made = json.loads(run(tmp_path, empty_postgres_url, "keys", "create", "a", "--json").out)
    listed = run(tmp_path, empty_postgres_url, "keys", "list", "--json")
    assert json.loads(listed.out)["id"] == made["id"]
    for command in ("logs", "usage", "plans list", "organizations list", "audit"):
        ran = run(tmp_path, empty_postgres_url, *command.split())
        assert (ran.code, ran.err) == (0, "")
    ran = run(tmp_path, empty_postgres_url, "doctor", "--upstream", "sandbox")
    assert ran.code == 0
    assert "ok\tdatabase\tPostgreSQL " in ran.out
    assert "no gateway has served from" in ran.out
    assert not (tmp_path / "data" / "yumen.db").exists()


def test_the_move_from_sqlite_to_postgresql_and_back(empty_postgres_url: str, tmp_path: Path) -> None:
    """A back-up of the one is restored to the other, with the same keys; a second time it is refused, and nothing is written over."""
    yumen(tmp_path, "keys", "create", "a", "--data", "old")
    assert yumen(tmp_path, "backup", "one.backup", "--data", "old").out.startswith("backed up ")
    assert run(tmp_path, empty_postgres_url, "restore", "one.backup").out.startswith("restored ")
    assert run(tmp_path, empty_postgres_url, "backup", "two.backup").code == 0
    assert yumen(tmp_path, "restore", "two.backup", "--data", "new").code == 0
    keys = [yumen(tmp_path, "keys", "list", "--data", folder).out for folder in ("old", "new")]
    assert keys[0] == keys[1] == run(tmp_path, empty_postgres_url, "keys", "list").out
    again = run(tmp_path, empty_postgres_url, "restore", "one.backup")
    assert (again.code, again.err) == (1, "yumen: the database is not empty: a back-up is restored into an empty one\n")
    again = run(tmp_path, empty_postgres_url, "restore", "one.backup", LC_ALL="zh_CN.UTF-8")
    assert again.err == "yumen: 数据库不是空的：备份只能恢复到空的数据库\n"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://yumen@127.0.0.1:1/yumen", "the database postgresql://127.0.0.1:1/yumen cannot be used: "),
        (f"postgresql://yumen:{PASSWORD}@127.0.0.1:1/yumen", "the password must not stand in database.url"),
        (f"postgresql://yumen:{PASSWORD}@127.0.0.1:x/yumen", "database.url takes postgresql://USER@HOST:PORT/NAME"),
        ("mysql://yumen@127.0.0.1/yumen", "database.url takes postgresql://USER@HOST:PORT/NAME"),
        ("postgresql://127.0.0.1", "database.url takes postgresql://USER@HOST:PORT/NAME"),
        ("postgresql://127.0.0.1/yumen?password=x", "database.url takes postgresql://USER@HOST:PORT/NAME"),
        ("postgresql://127.0.0.1/yumen?sslmode=maybe", "sslmode takes one of"),
    ],
)
def test_an_address_that_will_not_do(url: str, said: str, tmp_path: Path) -> None:
    """What is wrong with it is one sentence, without the password; so is a server that is not there."""
    for command in ("keys list", "serve --listen 127.0.0.1:0 --control 127.0.0.1:0"):
        ran = run(tmp_path, url, *command.split())
        assert (ran.code, ran.out) == (1, "")
        assert said in ran.err
        assert PASSWORD not in ran.err
        assert "defect" not in ran.err


def test_a_password_that_is_not_there(tmp_path: Path) -> None:
    """A source that holds nothing is named."""
    ran = run(tmp_path, "postgresql://127.0.0.1:1/yumen", "keys", "list", PGWORD="")
    assert (ran.code, "the variable PGWORD is not set" in ran.err) == (1, True)
