"""What the pages show can be typed: settings are settings, policies are JSON, and links lead somewhere."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from pathlib import Path

import pytest

from tests.gateway import ROOT
from yumen.app.ledger import prices_of
from yumen.settings import plan_upstreams, resolve

PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "decisions").glob("*.md"), *(ROOT / "deploy").glob("*.md")]
)
CHINESE = [page for page in PAGES if page.name.endswith(".zh-CN.md") and page.parent != ROOT]
FENCE = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?P<path>[^)\s:#]+)(?:#[^)\s]*)?\)")
ENVIRON = {"ANTHROPIC_API_KEY": "sk-ant-not-used"}


def blocks(language: str) -> list[object]:
    """Return the blocks of a language, each with its page."""
    return [
        pytest.param(found["text"], id=f"{page.relative_to(ROOT)}-{number}")
        for page in PAGES
        for number, found in enumerate(FENCE.finditer(page.read_text()), 1)
        if found["language"] == language
    ]


@pytest.mark.parametrize("text", blocks("toml"))
def test_settings_are_settings(text: str, tmp_path: Path) -> None:
    """A block of TOML is a settings file that the gateway takes, but for the sandbox's rules, which its own tests take."""
    if "rule" in tomllib.loads(text):
        return
    path = tmp_path / "yumen.toml"
    path.write_text(text)
    settings = resolve({}, {}, str(path)).settings
    assert plan_upstreams(settings, ENVIRON)
    prices_of(settings, sandboxed=False)


@pytest.mark.parametrize("text", blocks("json"))
def test_policies_are_json(text: str) -> None:
    """A block of JSON is JSON."""
    assert json.loads(text)


@pytest.mark.parametrize("text", blocks("python"))
def test_programs_are_programs(text: str) -> None:
    """A block of Python is Python; those of the README are run by its own test."""
    ast.parse(text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """A link to another file of the tree names one that is there."""
    assert [found["path"] for found in LINK.finditer(page.read_text()) if not (page.parent / found["path"]).exists()] == []


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.name.endswith(".zh-CN.md") and page.parent != ROOT], ids=lambda page: page.name
)
def test_both_languages_show_the_same_settings(page: Path) -> None:
    """Whatever setting a Chinese page shows in TOML, its English page shows too."""
    english = page.with_name(page.name.replace(".zh-CN", "")).read_text()
    for found in FENCE.finditer(page.read_text()):
        if found["language"] == "toml":
            names = re.findall(r"^([a-z_]+) = ", found["text"], re.MULTILINE)
            assert [name for name in names if not re.search(rf"^{name} = ", english, re.MULTILINE)] == []
