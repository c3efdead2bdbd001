"""`yumen limits`: how limits are typed, set, shown and taken away."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.command import Ran, inside
from yumen.cli.limit_text import limit_text, parse_limit
from yumen.errors import OperatorError
from yumen.limits.values import MAX_NANOUSD, MAX_RATE, PERIODS, SPEND, Kind, Limit, Mode, Reserve

LIMITS = st.builds(
    lambda kind, value, mode, wait_ms, reserve: Limit(
        kind,
        value if kind in SPEND else value % MAX_RATE + 1,
        mode,
        0 if kind in PERIODS else wait_ms,
        reserve if kind in SPEND else Reserve.EXPECTED,
    ),
    st.sampled_from(Kind),
    st.integers(1, MAX_NANOUSD),
    st.sampled_from(Mode),
    st.integers(0, 600_000),
    st.sampled_from(Reserve),
)


@given(LIMITS)
def test_a_limit_is_read_as_it_is_written(limit: Limit) -> None:
    """Whatever can be set is written in a text that reads as the same limit, to the nano-dollar and the millisecond."""
    assert parse_limit(limit_text(limit)) == limit


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("requests_per_minute=10", Limit(Kind.REQUESTS_PER_MINUTE, 10)),
        ("spend_per_month=1.00", Limit(Kind.SPEND_PER_MONTH, 10**9)),
        ("spend_per_day=$0.1:reserve=bound", Limit(Kind.SPEND_PER_DAY, 10**8, reserve=Reserve.BOUND)),
        ("spend_per_day=0.000000001", Limit(Kind.SPEND_PER_DAY, 1)),
        ("concurrent_requests=4:wait=2.5:shadow", Limit(Kind.CONCURRENT_REQUESTS, 4, Mode.SHADOW, 2500)),
        ("spend_per_day=.5", Limit(Kind.SPEND_PER_DAY, 5 * 10**8)),
    ],
)
def test_how_a_limit_is_typed(text: str, limit: Limit) -> None:
    """KIND=VALUE, and what follows in any order."""
    assert parse_limit(text) == limit


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("requests_per_minute", "a limit is written KIND=VALUE"),
        ("requests_per_hour=1", "it is one of requests_per_second"),
        ("requests_per_minute=1.5", "takes a whole number, not '1.5'"),
        ("requests_per_minute=-1", "takes a whole number"),
        ("requests_per_minute=1e3", "takes a whole number"),
        ("requests_per_minute=\uff110", "takes a whole number"),
        ("requests_per_minute=0", "above nothing and up to 100000000"),
        ("requests_per_minute=100000001", "up to 100000000"),
        ("spend_per_month=0.0000000001", "up to nine digits"),
        ("spend_per_month=1,000", "takes dollars"),
        ("spend_per_month=" + "9" * 50, "takes dollars"),
        ("spend_per_month=9000001", "up to 9000000.00"),
        ("spend_per_month=nan", "takes dollars"),
        ("spend_per_month=1:wait=5", "cannot be waited for"),
        ("requests_per_minute=1:wait=x", "wait takes seconds"),
        ("requests_per_minute=1:wait=0.0001", "wait takes seconds"),
        ("requests_per_minute=1:wait=601", "at most 600 s"),
        ("requests_per_minute=1:reserve=bound", "only a limit of money"),
        ("spend_per_day=1:reserve=some", "reserve is one of bound, expected"),
        ("requests_per_minute=1:loud", "not 'loud'"),
    ],
)
def test_what_is_no_limit(text: str, message: str) -> None:
    """Each slip is named in one sentence."""
    with pytest.raises(OperatorError, match=message):
        parse_limit(text)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Any text is a limit or an operator's error."""
    for read in (text, f"spend_per_day={text}", f"requests_per_minute=1:{text}"):
        try:
            parse_limit(read)
        except OperatorError:
            continue


# ── the command ─────────────────────────────────────────────────────────────


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the data of two keys, and an organization on the plan `trial` with a workspace and a member."""
    for name in ("ci", "web"):
        assert inside(tmp_path, "keys", "create", name, "--label", "ops").code == 0
    with sqlite3.connect(tmp_path / "data" / "yumen.db") as database:
        database.execute(
            "INSERT INTO organizations VALUES ('org_1', 'acme', 'enterprise', 'trial', 'Asia/Shanghai', 0, NULL, 1, NULL, 0, NULL, NULL)"
        )
        database.execute("INSERT INTO workspaces VALUES ('wrkspc_1', 'org_1', 'lab', 'staging', 1, NULL)")
        database.execute("INSERT INTO users VALUES ('user_1', 'ann@example.com', 'Ann', NULL, NULL, 0, 1, NULL)")
        database.execute("INSERT INTO members VALUES ('org_1', 'user_1', 'developer', 1)")
    return tmp_path


def limits(folder: Path, *arguments: str) -> Ran:
    """Run `yumen limits`."""
    return inside(folder, "limits", *arguments)


def shown(folder: Path, *arguments: str) -> dict[tuple[str, str], dict[str, Any]]:
    """The limits that `show` prints as JSON, by scope and kind."""
    ran = limits(folder, "show", *arguments, "--json")
    assert ran.code == 0, ran.err
    lines = [json.loads(line) for line in ran.out.splitlines()]
    return {(line["scope_kind"], line["kind"]): line for line in lines}


def test_a_plans_limits_are_shown_as_such(folder: Path) -> None:
    """An organization on a plan has the plan's; one that was set on it takes its place, until it is taken away."""
    whole = ("--organization", "acme")
    assert [(kind, line["plan"]) for (_, kind), line in shown(folder, *whole).items()] == [
        ("requests_per_minute", "trial"),
        ("requests_per_month", "trial"),
    ]
    assert limits(folder, "set", "organization:acme", "requests_per_minute=60").code == 0
    line = shown(folder, *whole)["organization", "requests_per_minute"]
    assert (line["value"], line["plan"], line["scope"]) == (60, None, "acme")
    assert limits(folder, "unset", "organization:acme", "requests_per_minute").code == 0
    line = shown(folder, *whole)["organization", "requests_per_minute"]
    assert (line["value"], line["plan"]) == (20, "trial")


def test_each_scope_shows_what_applies_to_it(folder: Path) -> None:
    """A key has those of its organization and label too; nobody else's."""
    for scope, value in (("organization:default", 100), ("workspace:production", 50), ("key:ci", 10), ("label:ops", 30)):
        assert limits(folder, "set", scope, f"requests_per_minute={value}").code == 0
    assert {scope: line["value"] for (scope, _), line in shown(folder, "--key", "ci").items()} == {
        "organization": 100,
        "workspace": 50,
        "key": 10,
        "label": 30,
    }
    assert {scope for scope, _ in shown(folder, "--key", "web")} == {"organization", "workspace", "label"}
    assert {scope for scope, _ in shown(folder, "--workspace", "staging")} == {"organization"}
    assert {scope for scope, _ in shown(folder, "--label", "ops")} == {"organization", "label"}
    assert {scope for scope, _ in shown(folder)} == {"organization", "workspace", "key", "label"}


def test_another_organizations_parts(folder: Path) -> None:
    """Its workspaces are named by id, its members and labels beside the organization."""
    of_acme = ("--organization", "acme")
    assert limits(folder, "set", "workspace:wrkspc_1", "concurrent_requests=3").code == 0
    assert limits(folder, "set", "member:ann@example.com", "spend_per_day=0.5:reserve=bound", *of_acme).code == 0
    assert limits(folder, "set", "label:研发", "requests_per_second=2:shadow", *of_acme).code == 0
    member = shown(folder, "--member", "ann@example.com", *of_acme)["member", "spend_per_day"]
    assert [member[name] for name in ("value", "reserve", "scope_id", "scope")] == [5 * 10**8, "bound", "user_1", "ann@example.com"]
    assert (member["used"], member["left"]) == (0, 5 * 10**8)
    assert member["resets_at"].endswith("16:00:00.000000Z")
    assert set(shown(folder, "--workspace", "lab", *of_acme)) >= {("workspace", "concurrent_requests")}
    assert shown(folder, "--label", "研发", *of_acme)["label", "requests_per_second"]["mode"] == "shadow"
    assert set(shown(folder)) == set()


def test_a_table_for_eyes_and_pipes(folder: Path) -> None:
    """Money in dollars, where each comes from, and one line that says where what is used of rates stands."""
    limits(folder, "set", "key:ci", "spend_per_month=1.00", "requests_per_minute=10:wait=2.5")
    ran = limits(folder, "show", "--key", "ci")
    head, *rows = [line.split("\t") for line in ran.out.splitlines()]
    assert head == ["limit", "value", "mode", "wait_s", "reserve", "from", "used", "left", "resets_at"]
    assert [row[:8] for row in sorted(rows)] == [
        ["requests_per_minute", "10", "enforce", "2.5", "", "key ci", "", ""],
        ["spend_per_month", "1.00", "enforce", "", "expected", "key ci", "0.00", "1.00"],
    ]
    assert "is in the running gateway's memory" in ran.err
    assert limits(folder, "show", "--organization", "acme", "--json").err.count("\n") == 1
    chinese = inside(folder, "limits", "show", "--key", "ci", LC_ALL="zh_CN.UTF-8")
    assert "只按账本显示" in chinese.err


def test_redis_that_is_away_is_said(folder: Path) -> None:
    """Then the ledger's days and months are shown all the same."""
    limits(folder, "set", "key:ci", "spend_per_month=1.00", "requests_per_minute=10")
    ran = inside(folder, "limits", "show", "--key", "ci", YUMEN_REDIS_URL="redis://127.0.0.1:1/0")
    assert (ran.code, len(ran.out.splitlines())) == (0, 3)
    assert "Redis does not answer" in ran.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("set", "ci", "requests_per_minute=1"), "a limit is set on organization:NAME"),
        (("set", "key:nobody", "requests_per_minute=1"), "there is no key 'nobody'"),
        (("set", "workspace:lab", "requests_per_minute=1"), "there is no organization or workspace 'lab'"),
        (("set", "member:ann@example.com", "requests_per_minute=1"), "is no member"),
        (("set", "label: x", "requests_per_minute=1"), "' x' can be no label"),
        (("set", "key:ci", "requests_per_minute=x"), "takes a whole number"),
        (("unset", "key:ci", "requests_per_minute"), "has no limit requests_per_minute of its own"),
        (("unset", "key:ci", "everything"), "there is no limit 'everything'"),
        (("show", "--key", "ci", "--label", "x"), "name one of"),
    ],
)
def test_what_will_not_do(folder: Path, arguments: tuple[str, ...], message: str) -> None:
    """Each is one sentence; nothing is written."""
    ran = limits(folder, *arguments)
    assert (ran.code, ran.out) == (1, "")
    assert message in ran.err
    assert shown(folder) == {}
