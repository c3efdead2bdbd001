"""`yumen models`: what is in use, how long it answers, who calls it, and what would put another in its place."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import Ran
from tests.ledger.making import make_entry
from tests.organizations.test_commands import command, in_town, ran, refused
from yumen.cli.console import Console
from yumen.cli.model_lines import in_use, line_of
from yumen.cli.models import warn
from yumen.ledger import UsageRow
from yumen.ledger.query import Batch
from yumen.ledger.store_sql import SqlLedger
from yumen.organizations.values import DEFAULT_ORGANIZATION
from yumen.routes.aliases import Alias
from yumen.words import words_for

TODAY = date(2026, 11, 27)
OLD, NEW = "claude-sonnet-4-5-20250929", "claude-sonnet-5-5"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a data folder whose database is there."""
    in_town(tmp_path, lambda town: town.offices.registry.every())
    return tmp_path


def row(model: str, asked: str | None = None, key: str = "k1", organization: str = "org_a", tokens: int = 5) -> UsageRow:
    """One request."""
    return UsageRow(model=model, asked=asked or model, key_id=key, organization_id=organization, requests=1, output_tokens=tokens)


def lines(rows: list[UsageRow], *aliases: Alias) -> dict[str, Any]:
    """The lines of those sums, by model."""
    return {found.name: line_of(found, {"k1": "ci"}, aliases, TODAY) for found in in_use(rows, aliases)}


def test_a_model_s_names_are_one_line() -> None:
    """With the keys that call it by any of them, named where they have names."""
    found = lines([row(OLD, "claude-sonnet-4-5"), row("claude-sonnet-4-5", key="k2"), row(OLD, "fast")])
    line = found[OLD]
    assert list(found) == [OLD]
    assert (line.requests, line.keys, line.key_ids) == (3, ("ci", "k2"), ("k1", "k2"))
    assert (line.state, line.retires, line.days_left, line.warned_days) == ("deprecated", "2026-11-30", 3, 7)
    assert line.successor == NEW


def test_aliases_are_moved_before_the_names() -> None:
    """Since no alias may mean another one; and only a name that still answers needs `--shadow`."""
    line = lines([row(OLD, "claude-sonnet-4-5"), row(OLD, "fast")], Alias("org_a", "fast", "claude-sonnet-4-5", 1))[OLD]
    assert line.aliases == ("fast",)
    assert line.commands == (
        f"yumen models alias set fast {NEW} --organization org_a",
        f"yumen models alias set claude-sonnet-4-5 {NEW} --organization org_a --shadow",
    )


def test_what_is_well_or_unknown_has_no_successor() -> None:
    """An active model stays as it is, one that the catalogue lacks is shown as such, and a retired one has a successor of its line."""
    found = lines([row("claude-haiku-4-5"), row("deepseek-chat"), row("claude-3-opus-20240229")])
    assert (found["claude-haiku-4-5-20251001"].state, found["claude-haiku-4-5-20251001"].commands) == ("active", ())
    assert (found["deepseek-chat"].state, found["deepseek-chat"].successor) == ("unknown", None)
    retired = found["claude-3-opus-20240229"]
    assert (retired.state, retired.warned_days) == ("retired", None)
    assert retired.commands == (f"yumen models alias set claude-3-opus-20240229 {retired.successor} --organization org_a",)


def test_a_name_that_nothing_answers_to_is_not_in_use() -> None:
    """Callers may ask for whatever they like; but an alias of theirs stands for its model even where that answers no more."""
    retired = "claude-3-opus-20240229"
    rows = [row("invented", tokens=0), row("fast", tokens=0), row("fast", tokens=0, organization="org_b"), row(retired, tokens=0)]
    found = lines(rows, Alias("org_a", "fast", retired, 1))
    assert list(found) == [retired]
    assert (found[retired].requests, found[retired].state, found[retired].aliases) == (2, "retired", ("fast",))


def test_what_ends_is_coloured_on_a_terminal() -> None:
    """As `yumen doctor` has its warnings, and without colour where that is not wanted or nobody looks."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    line = lines([row(OLD)])[OLD]
    for stream, environ, coloured in ((Terminal(), {}, True), (Terminal(), {"NO_COLOR": "1"}, False), (io.StringIO(), {}, False)):
        warn(Console(words_for({}), environ, io.StringIO(), stream), line)
        said = stream.getvalue()
        assert "stops answering on 2026-11-30, in 3 days" in said
        assert said.startswith("yumen: \x1b[33m") is coloured
        assert ("\x1b" in said) is coloured


def test_a_name_of_any_kind_is_one_word_of_a_shell() -> None:
    """Callers name models as they like: what they wrote never becomes a command of its own."""
    line = lines([row("claude-3-opus-20240229", "x; rm -rf /")])["claude-3-opus-20240229"]
    assert line.commands == ()


def test_aliases_are_set_listed_and_removed(folder: Path) -> None:
    """By the commands, and refused in one sentence in either language."""
    assert "fast means claude-haiku-4-5 now" in ran(folder, "models", "alias", "set", "fast", "claude-haiku-4-5").out
    listed = json.loads(ran(folder, "models", "alias", "--json").out)
    assert (listed["alias"], listed["model"], listed["organization"]) == ("fast", "claude-haiku-4-5", DEFAULT_ORGANIZATION)
    hides = ("models", "alias", "set", "claude-haiku-4-5", NEW)
    assert "another alias means that name" in refused(folder, *hides, "--shadow").lower()
    ran(folder, "models", "alias", "remove", "fast")
    assert "still answers" in refused(folder, *hides)
    assert "别名会遮蔽它" in refused(folder, *hides, LC_ALL="zh_CN.UTF-8")
    ran(folder, *hides, "--shadow")
    assert "there is nothing" in refused(folder, "models", "alias", "remove", "fast").lower()
    assert "no organization" in refused(folder, "models", "alias", "set", "a", "b", "--organization", "nowhere")


def test_models_in_use_come_from_the_ledger(folder: Path) -> None:
    """Those of the last days alone; what ends is said beside the output, which stays JSON, and the exit code is 0."""
    now_us = int(datetime.now(UTC).timestamp() * 1_000_000)
    day_us = 86_400_000_000

    async def put(town: Any) -> None:  # noqa: ANN401  (a town)
        entries = [
            make_entry(1, time_us=now_us, model="claude-3-opus-latest", model_answered=None),
            make_entry(2, time_us=now_us - 40 * day_us, model="claude-haiku-4-5", model_answered=None),
        ]
        await SqlLedger(town.database).add(Batch(entries, "s", 1))

    in_town(folder, put)
    shown: Ran = command(folder, "models", "--json")
    assert shown.code == 0
    assert [json.loads(each)["model"] for each in shown.out.splitlines()] == ["claude-3-opus-20240229"]
    assert "answers no more" in shown.err
    assert "yumen models alias set claude-3-opus-latest claude-opus-5-5" in shown.err
    wider = command(folder, "models", "--days", "60", "--json")
    assert len(wider.out.splitlines()) == 2
    assert "claude-fable-5-2" in ran(folder, "models", "--all").out
