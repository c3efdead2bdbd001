"""The pages about the sandbox say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from yumen.sandbox.rulebook import parse_rules
from yumen.sandbox.rules import ErrorReply, Refuse, Rule, Trouble, When
from yumen.sandbox.trouble import HeaderWishes

PAGES = [Path(__file__).parents[2] / "docs" / name for name in ("sandbox.md", "sandbox.zh-CN.md")]
pages = pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])


@pages
def test_headers(page: Path) -> None:
    """Each page lists exactly the headers that exist."""
    listed = re.findall(r"^\| `(x-sandbox-[a-z-]+)` \|", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == list(HeaderWishes.__struct_encode_fields__)


@pages
def test_fields(page: Path) -> None:
    """Each page names every field of a rule."""
    text = page.read_text(encoding="utf-8")
    for field in Rule.__struct_fields__:
        assert field == "when" or f"`{field}`" in text
    for field in When.__struct_fields__:
        assert f"`when.{field}`" in text
    for struct in (ErrorReply, Refuse, Trouble):
        for field in struct.__struct_fields__:
            assert f"`{field}`" in text


@pages
def test_example(page: Path) -> None:
    """Each page's example is a rules file that loads."""
    examples = re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert [len(parse_rules(example.encode(), page.name).rule) for example in examples] == [4]
