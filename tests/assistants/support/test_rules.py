"""When a person takes over, by tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from yumen.assistants.support.rule_file import read_rules
from yumen.assistants.support.rules import DEFAULT, Rule, When, after, asks_for_person, before, is_unsatisfied
from yumen.assistants.support.values import Customer, HandOver
from yumen.errors import OperatorError


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("I want to talk to a human", True),
        ("Can I speak with a real person please", True),
        ("connect me to an agent", True),
        ("转人工", True),
        ("我要找客服", True),
        ("给我转接一个真人", True),
        ("Is the kettle made by humans?", False),
        ("the travel agent booked it", False),
        ("人工智能是什么", False),
        ("我想要人工智能的课程", False),
        ("安装要人工费吗", False),
        ("Where do I apply to human resources?", False),
        ("会员有专属客服吗", False),
    ],
)
def test_who_asks_for_a_person(question: str, *, asks: bool) -> None:
    """Asking for a person is not the same as speaking of one."""
    assert asks_for_person(question) is asks


@pytest.mark.parametrize(
    ("question", "unsatisfied"),
    [
        ("That did not help", True),
        ("this doesn't answer my question", True),
        ("useless!", True),
        ("没用", True),
        ("你答非所问", True),
        ("还是没解决", True),
        ("How do I return a kettle that does not boil?", False),
        ("怎么退货", False),
        ("没用过的商品可以退货吗", False),
        ("没有用完的积分会过期吗", False),
    ],
)
def test_who_is_not_content(question: str, *, unsatisfied: bool) -> None:
    """Discontent with the answer is not a question about something broken."""
    assert is_unsatisfied(question) is unsatisfied


@pytest.mark.parametrize(
    ("question", "misses", "unsatisfied", "reason"),
    [
        ("hello", 0, 0, None),
        ("a human please, I want to speak to a person", 0, 0, "person"),
        ("hello", 0, 1, None),
        ("hello", 0, 2, "unsatisfied"),
        ("hello", 1, 0, None),
        ("hello", 2, 0, "no_passage"),
    ],
)
def test_the_rules_that_hold_without_a_file(question: str, misses: int, unsatisfied: int, reason: str | None) -> None:
    """A person who is asked for comes at once; after two misses, or two complaints, one comes too."""
    customer = Customer("c", misses, unsatisfied)
    handed = before(DEFAULT, question, customer) or after(DEFAULT, customer)
    assert (handed.reason if handed else None) == reason


@pytest.mark.parametrize(
    ("question", "handed"), [("My LAWYER will write", True), ("the lawyers", False), ("我要投诉你们", True), ("hello", False)]
)
def test_words_are_whole_in_english_and_anywhere_in_chinese(question: str, *, handed: bool) -> None:
    """A rule's words do not fire inside longer English ones."""
    rules = (Rule(When.WORDS, ("lawyer", "投诉"), to="complaints"),)
    assert before(rules, question, Customer("c")) == (HandOver("words", "complaints") if handed else None)


def test_a_file_of_rules(tmp_path: Path) -> None:
    """Its rules are taken in their order."""
    path = tmp_path / "rules.toml"
    path.write_text('[[rule]]\nwhen = "words"\nwords = ["投诉"]\nto = "lead"\n[[rule]]\nwhen = "no_passage"\ntimes = 3\n', encoding="utf-8")
    assert read_rules(path) == (Rule(When.WORDS, ("投诉",), to="lead"), Rule(When.NO_PASSAGE, times=3))


@pytest.mark.parametrize(
    "text",
    [
        "rule = 1",
        "[[rule]]",
        '[[rule]]\nwhen = "sometimes"',
        '[[rule]]\nwhen = "words"',
        '[[rule]]\nwhen = "person"\nwords = ["x"]',
        '[[rule]]\nwhen = "no_passage"\ntimes = 0',
        '[[rule]]\nwhen = "person"\nwhom = "me"',
        "[[",
        "\xff",
    ],
)
def test_a_file_that_will_not_do_says_so(tmp_path: Path, text: str) -> None:
    """No rule is passed over in silence."""
    path = tmp_path / "rules.toml"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(OperatorError, match=r"rules\.toml"):
        read_rules(path)
