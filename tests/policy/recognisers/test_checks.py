"""A check digit is a check: whatever single character of a number is changed, it is one no more."""

from __future__ import annotations

import string
import time
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.policy.recognisers.cases import GITHUB, PEM_LINE, TRUE, YUMEN
from tests.policy.recognisers.others import ORDINARY
from tests.policy.recognisers.test_cases import every, marked
from yumen.policy.recognisers import Together, recognisers_named
from yumen.policy.recognisers.accounts import LENGTHS
from yumen.policy.recognisers.mobiles import MOBILE
from yumen.policy.recognisers.regions import PROVINCES

DIGITS = string.digits
ALPHANUMERIC = string.digits + string.ascii_uppercase
CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def found(name: str, text: str) -> bool:
    """Tell whether a recogniser takes all of a text for a value."""
    return every(recognisers_named([name])[0], text) == [(0, len(text))]


def identity(region: str, day: str, order: str) -> str:
    """Return a resident's number, with its check digit as the standard's formula has it: ISO 7064, from the right."""
    body = region + day + order
    rest = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(body)) % 11
    return body + "0123456789X"[(12 - rest) % 11]


def card(body: str) -> str:
    """Return a card's number: the only digit that makes Luhn's sum end in zero."""
    pairs = sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(reversed(body)))
    return body + str(-pairs % 10)


def account(country: str, body: str) -> str:
    """Return an IBAN: 98 less the remainder of 97."""
    number = int("".join(str(int(each, 36)) for each in body + country + "00"))
    return f"{country}{98 - number % 97:02}{body}"


def organization(front: str, code: str) -> str:
    """Return a credit code around eight characters of an organization's, each with its check character."""
    inner = sum(weight * ALPHANUMERIC.index(each) for weight, each in zip((3, 7, 9, 10, 5, 8, 4, 2), code, strict=True))
    body = front + code + "0123456789X0"[11 - inner % 11]
    outer = sum(3**place * CREDIT.index(each) for place, each in enumerate(body))
    return body + CREDIT[(31 - outer % 31) % 31]


def changed(number: str, place: int, alphabet: str, step: int) -> str:
    """Return a number with one character changed for another of an alphabet."""
    place %= len(number)
    if number[place] not in alphabet:
        return number
    other = alphabet[(alphabet.index(number[place]) + 1 + step % (len(alphabet) - 1)) % len(alphabet)]
    return number[:place] + other + number[place + 1 :]


EXAMPLES = settings(max_examples=60, deadline=None)
PLACE, STEP = st.integers(0, 40), st.integers(0, 60)


@given(
    province=st.sampled_from(sorted(PROVINCES)),
    day=st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)),
    rest=st.text(DIGITS, min_size=7, max_size=7),
    place=PLACE,
    step=STEP,
)
@EXAMPLES
def test_every_identity_number_counts_and_none_with_a_slip(province: str, day: date, rest: str, place: int, step: int) -> None:
    """Every number that the standard's rule makes is found, and none with one digit changed."""
    number = identity(province + rest[:4], str(day).replace("-", ""), rest[4:])
    assert found("cn_id", number)
    assert changed(number, place, DIGITS, step) == number or not found("cn_id", changed(number, place, DIGITS, step))


@given(
    front=st.sampled_from(["62", "4", "51", "55", "2221", "2720", "3528", "6011", "9558", "6013"]),
    rest=st.text(DIGITS, min_size=15, max_size=15),
    place=PLACE,
    step=STEP,
)
@EXAMPLES
def test_every_card_counts_and_none_with_a_slip(front: str, rest: str, place: int, step: int) -> None:
    """The same of cards with sixteen digits."""
    number = card((front + rest)[:15])
    assert found("bank_card", number)
    assert not found("bank_card", changed(number, place, DIGITS, step))


@given(country=st.sampled_from(sorted(LENGTHS)), rest=st.text(ALPHANUMERIC, min_size=29, max_size=29), place=PLACE, step=STEP)
@EXAMPLES
def test_every_account_counts_and_none_with_a_slip(country: str, rest: str, place: int, step: int) -> None:
    """The same of accounts of every country, digits and letters, whole and in fours."""
    number = account(country, rest[: LENGTHS[country] - 4])
    assert found("iban", number)
    assert found("iban", " ".join(number[at : at + 4] for at in range(0, len(number), 4)))
    alphabet = DIGITS if number[place % len(number)].isdigit() else string.ascii_uppercase
    assert not found("iban", changed(number, place, alphabet, step))


@given(
    province=st.sampled_from(sorted(PROVINCES)),
    rest=st.text(DIGITS, min_size=4, max_size=4),
    code=st.text(CREDIT, min_size=8, max_size=8),
    place=PLACE,
    step=STEP,
)
@EXAMPLES
def test_every_credit_code_counts_and_none_with_a_slip(province: str, rest: str, code: str, place: int, step: int) -> None:
    """The same of organizations' codes, letters included."""
    number = organization("91" + province + rest, code)
    assert found("cn_credit_code", number)
    assert not found("cn_credit_code", changed(number, place, CREDIT, step))


@given(place=st.integers(5, 200), step=STEP)
@EXAMPLES
def test_no_token_with_a_checksum_counts_with_a_slip(place: int, step: int) -> None:
    """The same of the tokens that carry a checksum."""
    alphabet = string.digits + string.ascii_letters
    for name, token in (("github_token", GITHUB), ("yumen_key", YUMEN)):
        other = changed(token, 4 + place % (len(token) - 4), alphabet, step)
        assert other == token or not found(name, other)


def test_no_line_of_a_passport_counts_with_a_slip() -> None:
    """The same of the fields of a passport's machine-readable line that its check digits stand for."""
    line = marked(TRUE["passport_zone"][1])[0].strip()
    for place in (*range(10), *range(13, 20), *range(21, 43)):
        alphabet = DIGITS if line[place].isdigit() else string.ascii_uppercase
        other = changed(line, place, alphabet, 0)
        assert other == line or not found("passport_zone", other), place


HOSTILE = [
    *("1", "1 ", "4 ", "4111 ", "1\u200b", "9A", "911101080", "a.", "a@", "@", "x@a-", "eyJ", "eyJ.", "sk-", "sk-proj-", "ghs_", "glpat-"),
    *(
        "xoxb-1",
        "AKIA",
        "-",
        "://",
        "a://b:",
        "passport A1234567 ",
        "A1<",
        "2001:",
        "1.1.",
        "f:",
        "GB82",
        "86 ",
        "(138) ",
        "4\n",
        "138\t",
        "1/",
        "078-05-1120 ",
        "\u200b",
    ),
    *("-----BEGIN ", "-----BEGIN PRIVATE KEY-----\n", f"-----BEGIN PRIVATE KEY-----\n{PEM_LINE}\n", "secret key " + "aB1" * 14 + " "),
]
ALL = Together(recognisers_named(["all"]))


@pytest.mark.parametrize("unit", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_takes_more_than_linear_time(unit: str) -> None:
    """Eight times as much of what is worst for one of them takes about eight times the work, at one of three tries."""
    assert any(worked(unit, 32_000) < 24 * worked(unit, 4_000) + 0.02 for _ in range(3))


def worked(unit: str, size: int) -> float:
    """Return how long this process works on so much of a text."""
    text = (unit * (size // len(unit) + 1))[:size]
    started = time.process_time()
    list(ALL.find(text))
    return time.process_time() - started


class Seeker:
    """A pattern that notes how far it was let look."""

    def __init__(self) -> None:
        self.ends: list[int] = []

    def search(self, text: str, start: int, end: int) -> None:
        """Find nothing."""
        assert start <= end <= len(text)
        self.ends.append(end)


def test_no_part_of_a_text_is_looked_for_to_the_text_s_end() -> None:
    """Each part is gone through once, however long the text behind it is: else a long text would cost its square."""
    seeker: Any = Seeker()
    found = replace(MOBILE, opening=seeker)
    assert list(found.within("1" * 1_000_000, 4096, 8192)) == []
    assert seeker.ends == [8192 + MOBILE.reach + MOBILE.context]


def test_what_is_ordinary_is_settled_at_once() -> None:
    """Every ordinary text that ends its line holds nothing back, whatever recognisers look on."""
    for text in ORDINARY:
        line = text + ".\n— "
        assert ALL.settled(line) >= len(line) - (0 if "BEGIN" not in text else len(line))
