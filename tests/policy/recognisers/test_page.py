"""The page of recognisers names every one, in both languages, and says truly how much of a stream each holds back."""

from __future__ import annotations

import pytest

from tests.gateway import ROOT
from yumen.policy.recognisers import GROUPS, RECOGNISERS

PAGES = ["recognisers.md", "recognisers.zh-CN.md"]
MOST_HELD = {
    77: [
        "cn_id",
        "cn_id_old",
        "cn_mobile",
        "passport",
        "passport_zone",
        "us_ssn",
        "bank_card",
        "iban",
        "cn_credit_code",
        "ip_address",
        "aws_secret",
    ],
    254: ["email"],
    8_200: ["json_web_token"],
    17_600: ["private_key"],
}
MOST_HELD_OF_TOKENS = 730


@pytest.mark.parametrize("page", PAGES)
def test_the_page_names_every_recogniser_and_group(page: str) -> None:
    """Whoever writes a rule finds all names there."""
    text = (ROOT / "docs" / page).read_text()
    assert [name for name in (*RECOGNISERS, *GROUPS) if f"`{name}`" not in text] == []


@pytest.mark.parametrize("page", PAGES)
def test_the_page_says_how_much_is_held_back(page: str) -> None:
    """No recogniser holds back more than the page says of it."""
    text = (ROOT / "docs" / page).read_text()
    stated = {name: most for most, names in MOST_HELD.items() for name in names}
    for name, recogniser in RECOGNISERS.items():
        most = stated.get(name, MOST_HELD_OF_TOKENS)
        assert recogniser.reach <= most
        assert f"| {most:,} |" in text
