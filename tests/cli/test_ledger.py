"""`yumen logs`, `usage` and `doctor` on a ledger of which a part still waits in the journal."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import YUMEN, Ran, yumen
from tests.gateway import clean_environment, wait_for
from tests.ledger.making import JumpingClock, make_entry
from yumen.clock import Clock, iso
from yumen.exchange.values import Outcome
from yumen.keys import KeyIssuer, KeyOrder
from yumen.keys.store_sql import SqlKeyStore
from yumen.ledger import Drain, Entry, Journal
from yumen.ledger.store_sql import SqlLedger
from yumen.storage import Database, DataFolder

DAY_US = 86_400_000_000
TODAY_US = Clock().now_us() // DAY_US * DAY_US
BEFORE_LAST = iso(TODAY_US - 2 * DAY_US)
"""When the second entry came."""


def entry(number: int, key_id: str, **changes: object) -> Entry:
    """An entry of so many days ago, answered by `model-a` unless said otherwise."""
    plain = {
        "time_us": TODAY_US - (3 - number) * DAY_US,
        "key_id": key_id,
        "model": "model-a",
        "model_answered": "model-a",
        "status": 200,
        "outcome": Outcome.ANSWERED,
        "input_tokens": 10,
        "output_tokens": 5,
        "cache_read_tokens": 0,
        "cache_write_5m_tokens": 0,
        "cache_write_1h_tokens": 0,
        "cost_nanousd": 1_500,
        "stream": False,
        "estimated": False,
        "fault": None,
        "count": 1,
    }
    return make_entry(number, **{**plain, **changes})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a data folder: two keys, two entries in the database, one in the journal."""
    made = tmp_path_factory.mktemp("ledger")
    asyncio.run(fill(DataFolder(made / "data")))
    return made


async def fill(data: DataFolder) -> None:
    """Write keys and entries."""
    database = Database(data.database_url)
    await database.upgrade()
    issuer = KeyIssuer(SqlKeyStore(database), Clock())
    one, two = [(await issuer.create(KeyOrder(name))).record.key_id for name in ("one", "two")]
    journal = Journal(data.folder("journal"), JumpingClock())
    journal.start()
    journal.close(entry(0, one, label="研发", counted=1))
    journal.close(entry(1, two, model="model-b\x1b[2J", model_answered=None, status=529, outcome=Outcome.ERROR, cost_nanousd=0))
    await Drain(journal, SqlLedger(database)).round()
    journal.close(entry(2, one, outcome=Outcome.TRUNCATED, fault="Truncated", cost_nanousd=None, estimated=True))
    journal.stop()
    await database.dispose()


def run(folder: Path, *arguments: str) -> Ran:
    """Run a command on the folder's data."""
    return yumen(folder, *arguments, "--data", "data")


def lines(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    """Run a command with `--json`."""
    ran = run(folder, *arguments, "--json")
    assert ran.code == 0, ran.err
    return [json.loads(line) for line in ran.out.splitlines()]


NAMED = [
    "time",
    "request_id",
    "key_id",
    "environment",
    "path",
    "model",
    "stream",
    "status",
    "outcome",
    "input_tokens",
    "output_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "stop_reason",
    "cost_microusd",
    "ttft_ms",
    "duration_ms",
    "overhead_us",
    "attempts",
    "upstream_request_id",
]


def test_the_whole_ledger_is_shown(folder: Path) -> None:
    """Entries of the database and of the journal are one list, the newest last, each with every promised field."""
    shown = lines(folder, "logs")
    assert [line["outcome"] for line in shown] == ["answered", "error", "truncated"]
    assert all(set(NAMED) <= line.keys() for line in shown)
    assert [line["cost_microusd"] for line in shown] == [1.5, 0, None]
    assert [(line["label"], line["counted"]) for line in shown] == [("研发", 1), (None, 0), (None, 0)]


def test_a_pipe_gets_the_promised_columns(folder: Path) -> None:
    """In a pipe the columns are those of the JSON form, in a fixed order, and no control character passes."""
    ran = run(folder, "logs")
    head, *rows = [line.split("\t") for line in ran.out.splitlines()]
    assert head == NAMED
    assert [row[head.index("status")] for row in rows] == ["200", "529", "200"]
    assert "\x1b" not in ran.out


@pytest.mark.parametrize(
    ("arguments", "outcomes"),
    [
        (("--key", "one"), ["answered", "truncated"]),
        (("--model", "model-a"), ["answered", "truncated"]),
        (("--status", "529"), ["error"]),
        (("--outcome", "truncated"), ["truncated"]),
        (("--limit", "1"), ["truncated"]),
        (("--since", BEFORE_LAST), ["error", "truncated"]),
        (("--until", BEFORE_LAST), ["answered"]),
        (("--since", "2999-01-01"), []),
    ],
)
def test_filters(folder: Path, arguments: tuple[str, ...], outcomes: list[str]) -> None:
    """Each filter leaves what it names."""
    assert [line["outcome"] for line in lines(folder, "logs", *arguments)] == outcomes


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--key", "three"), "there is no key 'three'"),
        (("--outcome", "fine"), "--outcome takes one of answered, refused"),
        (("--since", "soon"), "--since takes a duration ago"),
    ],
)
def test_filters_that_will_not_do(folder: Path, arguments: tuple[str, ...], message: str) -> None:
    """A filter that cannot be meant is one sentence."""
    ran = run(folder, "logs", *arguments)
    assert (ran.code, ran.out) == (1, "")
    assert message in ran.err


def test_one_calls_life(folder: Path) -> None:
    """`explain` tells what happened to a call, and which fault ended it; an unknown id is said."""
    identity = lines(folder, "logs", "--outcome", "truncated")[0]["request_id"]
    told = run(folder, "logs", "explain", identity).out
    assert identity in told
    assert "The answer began and did not reach its end" in told
    assert "What went wrong (Truncated): The upstream's answer ended before it was complete." in told
    assert "estimate" in told
    chinese = yumen(folder, "logs", "explain", identity, "--data", "data", LC_ALL="zh_CN.UTF-8").out
    assert "上游的应答没有完整结束" in chinese
    assert run(folder, "logs", "explain", "req_none").err == "yumen: the ledger has no call req_none: yumen logs shows those it has\n"


def test_usage_adds_up(folder: Path) -> None:
    """Sums by key and model, and by day; what has no price is counted, not taken for nothing."""
    by_key = {line["key"]: line for line in lines(folder, "usage", "--by", "key")}
    assert by_key["one"]["requests"] == 2
    assert by_key["one"]["input_tokens"] == 20
    assert (by_key["one"]["cost_nanousd"], by_key["one"]["unpriced_requests"], by_key["one"]["estimated_requests"]) == (1500, 1, 1)
    days = lines(folder, "usage", "--by", "day")
    assert len(days) == 3
    assert sum(line["requests"] for line in days) == 3
    head, *rows = run(folder, "usage").out.splitlines()
    assert head.startswith("key_id\tkey\tmodel\trequests\tinput_tokens")
    assert len(rows) == 2
    assert lines(folder, "usage", "--key", "one", "--model", "model-a", "--since", "12h") == []


def test_usage_by_whom_and_for_what(folder: Path) -> None:
    """By workspace and organization with their names, by member and label; what is of none says null, and filters agree with groups."""
    (whole,) = lines(folder, "usage", "--by", "organization")
    assert (whole["organization_id"], whole["organization"], whole["requests"]) == ("org_00000000000000000default", "default", 3)
    assert [(line["workspace"], line["requests"]) for line in lines(folder, "usage", "--by", "workspace")] == [(None, 3)]
    by_label = {line["label"]: line for line in lines(folder, "usage", "--by", "label", "--by", "member")}
    assert {label: line["requests"] for label, line in by_label.items()} == {None: 2, "研发": 1}
    assert (by_label["研发"]["member_id"], by_label["研发"]["member"], by_label["研发"]["counted_requests"]) == (None, None, 1)
    assert [line["requests"] for line in lines(folder, "usage", "--by", "key", "--label", "研发")] == [1]
    assert [line["requests"] for line in lines(folder, "usage", "--by", "organization", "--organization", "default")] == [3]
    head = run(folder, "usage", "--by", "organization", "--by", "label").out.splitlines()[0]
    assert head.startswith("organization_id\torganization\tlabel\trequests")
    assert head.endswith("\testimated_requests\tcounted_requests")
    for option, value in (("--organization", "acme"), ("--workspace", "acme"), ("--member", "a@example.com")):
        assert "'a" in run(folder, "usage", option, value).err


def test_what_is_left_of_a_quota(folder: Path, tmp_path: Path) -> None:
    """An organization with requests a month is told what is left of them: beside the table, and as an object of its own in JSON."""
    shutil.copytree(folder / "data", tmp_path / "data")
    assert run(tmp_path, "limits", "set", "organization:default", "requests_per_month=5000").code == 0
    used = 1 if in_this_month(0) else 0
    ran = run(tmp_path, "usage")
    assert f"default has {5000 - used:,} of 5,000 requests left this month" in ran.err
    assert "requests left" not in ran.out
    quota = lines(tmp_path, "usage", "--since", "12h", "--organization", "default")[-1]
    assert quota["organization"] == "default"
    assert [quota["requests_per_month"][name] for name in ("limit", "used", "left")] == [5000, used, 5000 - used]
    chinese = yumen(tmp_path, "usage", "--data", "data", LC_ALL="zh_CN.UTF-8")
    assert f"default 本月还剩 {5000 - used:,} / 5,000 次请求" in chinese.err


def in_this_month(number: int) -> bool:
    """Whether an entry's day lies in this month, UTC."""
    return iso(TODAY_US - (3 - number) * DAY_US)[:7] == iso(Clock().now_us())[:7]


def test_follow_goes_on(folder: Path, tmp_path: Path) -> None:
    """`--follow` prints what there is, and stops without a word when it is interrupted."""
    out, err = tmp_path / "out", tmp_path / "err"
    command = [str(YUMEN), "logs", "--follow", "--json", "--data", str(folder / "data")]
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, env=clean_environment())
    wait_for(lambda: len(out.read_text().splitlines()) == 3, "three lines")
    assert process.poll() is None
    process.send_signal(2)
    assert process.wait(60) == 130
    assert err.read_text() == ""


def found(ran: Ran) -> list[tuple[str, str]]:
    """The levels and places that the doctor found."""
    return [(line.split("\t")[0], line.split("\t")[1]) for line in ran.out.splitlines()]


def test_a_healthy_folder(folder: Path) -> None:
    """Where all is well every line is `ok`, in a stable form, and the exit code is 0."""
    ran = run(folder, "doctor")
    places = [place for level, place in found(ran) if level == "ok"]
    assert {"data folder", "ledger", "journal", "keys", "clock", "upstream"} <= set(places)
    assert (ran.code, ran.err) == (0, "")


def test_an_empty_folder(tmp_path: Path) -> None:
    """Where nothing is, the doctor says so, makes nothing, and fails."""
    ran = yumen(tmp_path, "doctor", "--data", "data")
    assert (ran.code, found(ran)[0]) == (1, ("fail", "data folder"))
    assert not (tmp_path / "data").exists()


def test_what_others_can_read_is_found(tmp_path: Path) -> None:
    """A file that others can read is named with the command that mends it."""
    yumen(tmp_path, "keys", "create", "a", "--data", "data")
    path = tmp_path / "data" / "yumen.db"
    path.chmod(0o644)
    ran = yumen(tmp_path, "doctor", "--data", "data")
    assert ran.code == 1
    assert f"run chmod 0600 {path}" in ran.out


def test_a_damaged_database_is_found(tmp_path: Path) -> None:
    """A database that is no database fails the ledger's line, not the program."""
    yumen(tmp_path, "keys", "create", "a", "--data", "data")
    for path in (tmp_path / "data").glob("yumen.db-*"):
        path.unlink()
    (tmp_path / "data" / "yumen.db").write_bytes(b"rubbish" * 1000)
    ran = yumen(tmp_path, "doctor", "--data", "data")
    assert (ran.code, ("fail", "ledger") in found(ran)) == (1, True)
    assert ran.err == ""


def test_no_key_is_worth_a_word(tmp_path: Path) -> None:
    """Without a key that counts nobody can call: a warning, no failure."""
    yumen(tmp_path, "keys", "create", "a", "--data", "data")
    with sqlite3.connect(tmp_path / "data" / "yumen.db") as database:
        database.execute("DELETE FROM api_keys")
    ran = yumen(tmp_path, "doctor", "--data", "data")
    assert (ran.code, ("warn", "keys") in found(ran)) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        (("--upstream", "http://127.0.0.1:9"), {}, "http://127.0.0.1:9 cannot be reached"),
        (("--upstream", "https://api.anthropic.com"), {}, "needs a credential"),
        (("--upstream", "sandbox", "--credential", "env:NONE"), {}, ""),
        (("--upstream", "http://127.0.0.1:9", "--credential", "env:NONE"), {}, "the variable NONE is not set"),
        ((), {"ANTHROPIC_API_KEY": "two words"}, "cannot be a key"),
    ],
)
def test_an_upstream_that_is_not_well(folder: Path, arguments: tuple[str, ...], environment: dict[str, str], said: str) -> None:
    """What is wrong with the upstream or its credential is one line; the key itself is never in it."""
    ran = yumen(folder, "doctor", "--data", "data", *arguments, **environment)
    assert ran.code == (1 if said else 0)
    assert said in ran.out
    assert "two words" not in ran.out + ran.err
    assert ran.err == ""


@pytest.mark.parametrize("option", ["--limit", "--status"])
def test_a_number_beyond_all_bounds_is_misuse(folder: Path, option: str) -> None:
    """A number that no database takes is refused with the command line, not found out below."""
    ran = yumen(folder, "logs", option, "9" * 30, "--data", "data")
    assert (ran.code, ran.out) == (2, "")
    assert option in ran.err


def test_the_folder_may_be_named_before_explain(folder: Path) -> None:
    """`logs --data DIR explain ID` looks where `logs explain ID --data DIR` does."""
    ran = yumen(folder, "logs", "--data", "data", "explain", "req_none")
    assert (ran.code, ran.err) == (1, "yumen: the ledger has no call req_none: yumen logs shows those it has\n")
