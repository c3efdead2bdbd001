"""The pages of settings are what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from yumen.settings import OPTIONS, chinese_page, english_page

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(("name", "page"), [("settings.md", english_page()), ("settings.zh-CN.md", chinese_page())])
def test_the_pages_are_printed_from_the_code(name: str, page: str) -> None:
    """A page that differs from the code has not been printed (`make docs`)."""
    assert (DOCS / name).read_text(encoding="utf-8") == page


def test_every_option_is_on_both_pages() -> None:
    """No option is left out."""
    for page in (english_page(), chinese_page()):
        assert all(f"| `{option.name.rpartition('.')[2]}` |" in page for option in OPTIONS.values())
