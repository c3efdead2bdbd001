"""Letters: in two languages, with links to pages that are there."""

from __future__ import annotations

import re

import pytest

from yumen.console.pages.table import PAGES
from yumen.notices.values import Message
from yumen.organizations.letters import Letters
from yumen.organizations.values import (
    NEW_ORGANIZATION,
    IncreaseRequest,
    Invite,
    Kind,
    RequestStatus,
    Role,
    SignUp,
    SignUpStatus,
    Wanted,
)

CONSOLE = "https://console.example.org"
LINK = re.compile(r"https://console\.example\.org(/[\w/-]*)")
PATHS = {page.path for page in PAGES}


def letters_of(letters: Letters) -> list[Message]:
    """Write every letter that leads somewhere."""
    invites = [Invite("invite_1", whose, "ada@example.org", Role.OWNER, None, 0, 86_400_000_000) for whose in ("org_1", NEW_ORGANIZATION)]
    sign_up = SignUp("signup_1", Kind.ENTERPRISE, "Example", "Ada", "a@b.org", None, "Tests.", SignUpStatus.APPROVED, "", "org_1", None, 0)
    request = IncreaseRequest("incr_1", "org_1", None, Wanted(isolation=True), "We grow.", RequestStatus.OPEN, None, 0)
    return [
        *(letters.invitation(invite, "Example", "a-token") for invite in invites),
        letters.password_reset("a-token"),
        letters.somebody_tried(),
        letters.sign_up_waits(sign_up),
        letters.sign_up_decided(sign_up),
        letters.asked(request, "Example"),
        letters.answered(request, "Example"),
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_letter_leads_to_a_page_of_the_console(language: str) -> None:
    """Each has one link, and what stands behind it is there."""
    for letter in letters_of(Letters(language, f"{CONSOLE}/")):
        paths = LINK.findall(letter.text)
        assert len(paths) == 1, letter
        assert paths[0] in PATHS


def test_without_a_console_letters_stand_alone() -> None:
    """What a link would hold stands there by itself, and no half address."""
    for letter in letters_of(Letters()):
        assert "://" not in letter.text
        assert "/sign" not in letter.text
    assert "\n\na-token\n" in letters_of(Letters())[0].text


def test_an_invitation_says_what_it_is_for() -> None:
    """To join an organization as something, or to sign up with one of one's own."""
    join, sign_up, *_ = letters_of(Letters("en", CONSOLE))
    assert "join Example as owner" in join.text
    assert "an organization of your own" in sign_up.text
    assert "Example" not in sign_up.text
