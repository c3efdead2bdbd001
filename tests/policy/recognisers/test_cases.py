"""Every recogniser finds what it is made for, as it is written, and leaves what only looks like it."""

from __future__ import annotations

import pytest

from tests.policy.recognisers.cases import TRUE
from tests.policy.recognisers.others import FALSE, ORDINARY
from yumen.errors import OperatorError
from yumen.policy.recognisers import GROUPS, RECOGNISERS, Recogniser, Together, recognisers_named


def marked(case: str) -> tuple[str, list[tuple[int, int]]]:
    """Return a text without its brackets, and where they stood; doubled ones are the text's own."""
    text, found, start = "", [], 0
    case = case.replace("[[", "\0[").replace("]]", "]\1")
    for each in case:
        if each == "[":
            start = len(text)
        elif each == "]":
            found.append((start, len(text)))
        else:
            text += {"\0": "[", "\1": "]"}.get(each, each)
    return text, found


def every(recogniser: Recogniser, text: str) -> list[tuple[int, int]]:
    """Return what a recogniser finds in the whole of a text."""
    return list(recogniser.within(text, 0, len(text)))


@pytest.mark.parametrize(("name", "case"), [(name, case) for name, cases in TRUE.items() for case in cases])
def test_it_finds(name: str, case: str) -> None:
    """It finds what is marked, wholly, and nothing else."""
    text, places = marked(case)
    assert every(RECOGNISERS[name], text) == places


@pytest.mark.parametrize(("name", "case"), [(name, case) for name, cases in FALSE.items() for case in cases])
def test_it_leaves(name: str, case: str) -> None:
    """It leaves what has the wrong check digit, length or neighbour."""
    assert every(RECOGNISERS[name], case) == []


@pytest.mark.parametrize("text", ORDINARY)
def test_nothing_is_found_in_what_is_ordinary(text: str) -> None:
    """Hashes, UUIDs, times, ISBNs, versions, tables and programs hold nothing, for any recogniser."""
    assert [(each.name, text[start:end]) for each in RECOGNISERS.values() for start, end in every(each, f"a {text} b")] == []


def test_every_recogniser_has_its_cases() -> None:
    """No recogniser stands in the list without true and false cases."""
    assert set(TRUE) == set(FALSE) == set(RECOGNISERS)


def test_names_and_groups_are_found_once() -> None:
    """A group and its members name the same recognisers, in the order of their naming, each once."""
    named = recognisers_named(["email", "personal", "email"])
    assert [each.name for each in named] == ["email", "cn_id", "cn_id_old", "cn_mobile", "passport", "passport_zone", "us_ssn"]
    assert set(recognisers_named(["all"])) == {each for name in GROUPS for each in recognisers_named([name])}


def test_an_unknown_name_is_refused_with_those_that_there_are() -> None:
    """Who mistypes a name reads all names."""
    with pytest.raises(OperatorError, match=r"no recogniser e-mail: there are cn_id, .*email.* groups personal"):
        recognisers_named(["e-mail"])


def test_together_they_find_what_each_finds_alone() -> None:
    """The one pass before them, and its parts, hide nothing: also at the border of parts, and beside half a surrogate pair."""
    recognisers = recognisers_named(["all"])
    together = Together(recognisers)
    texts = [marked(case)[0] for cases in TRUE.values() for case in cases]
    for before in (0, 4050, 4090, 4095, 8192):
        for text in ["\ud800 " + "。".join(texts), *texts[::7]]:
            whole = "中" * before + " " + text
            alone = {(start, end, each.name) for each in recognisers for start, end in every(each, whole)}
            assert alone
            found = [(start, end, recognisers[number].name) for start, end, number in together.find(whole)]
            assert len(found) == len(set(found))
            assert set(found) == alone
