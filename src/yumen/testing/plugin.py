"""The pytest plugin: the fixtures `claude_sandbox` and `claude_cassette`. Every run of pytest loads this file, so it loads nothing else."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from yumen.testing.cassette import ClaudeCassette
    from yumen.testing.sandbox import ClaudeSandbox

MODES = ("none", "once", "new", "all")
ADDRESS, KEY, OTHER_KEY, ENVIRONMENT = "ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY", "CLAUDE_API_KEY", "YUMEN_ENVIRONMENT"
CLAUDE = "https://api.anthropic.com"
FOLDER = "cassettes"
_cassette_of = pytest.StashKey["ClaudeCassette"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option of the cassettes."""
    parser.getgroup("yumen").addoption(
        "--claude-cassette",
        choices=MODES,
        default="none",
        help="what claude_cassette does: none plays alone (the default), once records where there is no tape, "
        "new records what is not on it, all records everything anew",
    )


@pytest.fixture
def claude_sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[ClaudeSandbox]:
    """An offline Claude inside this process, fresh for each test; programs that read ANTHROPIC_BASE_URL find it."""
    from yumen.testing.sandbox import opened_sandbox  # noqa: PLC0415  (only who uses it pays for it)

    with opened_sandbox() as sandbox:
        point_at(monkeypatch, sandbox.url, "sandbox")
        yield sandbox


@pytest.fixture
def claude_cassette(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[ClaudeCassette]:
    """Claude's real answers, recorded beside the test and played from there; programs that read ANTHROPIC_BASE_URL find it."""
    from yumen.testing.cassette import opened_cassette  # noqa: PLC0415  (the same)

    upstream = os.environ.get(ADDRESS) or CLAUDE
    with opened_cassette(tape_path(request.node), request.config.getoption("--claude-cassette"), upstream) as cassette:
        request.node.stash[_cassette_of] = cassette
        point_at(monkeypatch, cassette.url, os.environ.get(KEY) or os.environ.get(OTHER_KEY) or "cassette")
        yield cassette


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test whose program asked what is not on its tape, also where the program made nothing of that."""
    try:
        result = yield
    except Exception as error:
        complain(item, error)
        raise
    complain(item, None)
    return result


def complain(item: pytest.Item, error: Exception | None) -> None:
    """Fail with what is not on the tape, if anything is not."""
    cassette = item.stash.get(_cassette_of, None)
    if cassette is not None and cassette.missed:
        raise pytest.fail.Exception(cassette.complaint(), pytrace=False) from error


def point_at(monkeypatch: pytest.MonkeyPatch, url: str, key: str) -> None:
    """Let programs that read the environment's variables ask there."""
    monkeypatch.setenv(ADDRESS, url)
    monkeypatch.setenv(KEY, key)
    for name in (OTHER_KEY, ENVIRONMENT):
        monkeypatch.delenv(name, raising=False)


def tape_path(item: pytest.Item) -> Path:
    """Return where a test's tape lies: `cassettes/<file>/<test>.json` beside its file."""
    name = re.sub(r"[^\w.-]+", "-", item.name).strip("-")
    return item.path.parent / FOLDER / item.path.stem / f"{name}.json"
