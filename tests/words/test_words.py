"""The two languages: nothing is said in one alone."""

from __future__ import annotations

import string

import pytest

from tests.cli.sentences import spoken
from yumen.errors import OperatorError
from yumen.settings import OPTIONS
from yumen.words import Words, printable, speaks_chinese, words_for
from yumen.words.chinese import CHINESE


def test_no_sentence_is_without_its_twin() -> None:
    """Every sentence of the commands, their help and the operator's errors is in the catalogue."""
    assert sorted(spoken() - CHINESE.keys() - {option.english for option in OPTIONS.values()}) == []


def test_no_twin_is_left_over() -> None:
    """What nobody says any more is not in the catalogue."""
    assert sorted(CHINESE.keys() - spoken()) == []


def places(sentence: str) -> set[str]:
    """The names of a sentence's places."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_twins_have_the_same_places() -> None:
    """A value that stands in one language stands in the other."""
    assert [sentence for sentence, twin in CHINESE.items() if places(sentence) != places(twin)] == []


@pytest.mark.parametrize(
    ("environ", "chinese"),
    [
        ({}, False),
        ({"LANG": "zh_CN.UTF-8"}, True),
        ({"LANG": "zh"}, True),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_TW.UTF-8"}, True),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, False),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, True),
        ({"LANG": "de_DE.UTF-8"}, False),
    ],
)
def test_which_language_is_spoken(environ: dict[str, str], *, chinese: bool) -> None:
    """`LC_ALL` before `LC_MESSAGES` before `LANG`, the first that is set."""
    assert speaks_chinese(environ) is chinese
    assert (words_for(environ).say("Run the gateway.") == "运行网关。") is chinese


def test_an_error_is_said_in_both_languages() -> None:
    """An operator's error keeps its sentence and values apart, and reads well in either language."""
    error = OperatorError("{path} cannot be read: {reason}", path="/x", reason="no")
    assert str(error) == Words({}).error(error) == "/x cannot be read: no"
    assert Words(CHINESE).error(error) == "无法读取 /x：no"
    assert Words(CHINESE).error(OperatorError("plain {as it is}")) == "plain {as it is}"


def test_nobodys_text_commands_the_terminal() -> None:
    """Control characters in a value are replaced."""
    assert Words({}).say("{name}", name="a\x1b[2Jb\nc") == "a\ufffd[2Jb\ufffdc"
    assert printable("密钥 key") == "密钥 key"
