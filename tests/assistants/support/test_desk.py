"""The desk from a question to what is remembered of it."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest

from tests.assistants.support.doubles import Scripted, shop
from yumen.assistants.support.customers import Customers
from yumen.assistants.support.rules import Rule, When
from yumen.assistants.support.values import Customer, Said, Written
from yumen.assistants.support.writer import NoAnswer
from yumen.errors import OperatorError


@pytest.mark.parametrize(
    ("question", "file", "words", "mark"),
    [
        ("Who pays customs duty?", "shipping.md", "paid by the recipient", "(sandbox, not Claude)"),
        ("积分会过期吗", "发票与会员.md", "过期自动清零", "（沙箱输出，并非 Claude）"),
    ],
)
def test_offline_it_quotes_and_says_so(tmp_path: Path, question: str, file: str, words: str, mark: str) -> None:
    """Without Claude the best passage is quoted word for word with its place, in the question's language, and marked."""
    with shop(tmp_path) as open_shop:
        answer = open_shop.desk.answer(question, "c")
        assert answer.sandbox
        assert f"{words}" in answer.text
        assert "[1]" in answer.text
        assert answer.text.endswith(mark)
        assert answer.citations[0].file == file
        assert answer.citations[0].line > 1
        assert words in answer.citations[0].quote


def test_a_person_takes_over_with_the_conversation(tmp_path: Path) -> None:
    """A hand-over is written with all that was said, told once, and the assistant holds its peace until the customer is released."""
    with shop(tmp_path) as open_shop:
        desk = open_shop.desk
        desk.answer("Is shipping free?", "anna")
        handed = desk.answer("I want to speak to a human", "anna")
        assert handed.handed_over is not None
        assert handed.handed_over.reason == "person"
        (case,) = open_shop.handed
        assert [each.question for each in case.conversation] == ["Is shipping free?", "I want to speak to a human"]
        assert case.conversation[0].files == ("shipping.md",)
        (told,) = open_shop.listener.told
        assert told.id == case.id
        assert "Is shipping free?" in told.text
        waiting = desk.answer("Who pays customs duty?", "anna")
        assert waiting.citations == ()
        assert [each.reason for each in open_shop.handed] == ["person", "follow_up"]
        assert desk.answer("Who pays customs duty?", "ben").citations
        assert desk.release("anna")
        assert desk.answer("Who pays customs duty?", "anna").citations
        assert not desk.release("ben")


def test_two_misses_hand_over_and_an_answer_between_them_does_not(tmp_path: Path) -> None:
    """Misses are counted in a row, for each customer."""
    with shop(tmp_path) as open_shop:
        desk = open_shop.desk
        questions = ["Do you sell bicycles?", "Is shipping free?", "Do you sell bicycles?", "Can I pay with bitcoin?"]
        handed = [desk.answer(question, "c").handed_over for question in questions]
        assert handed[:3] == [None] * 3
        assert handed[3] is not None
        assert handed[3].reason == "no_passage"


def test_what_claude_does_not_find_counts_as_a_miss(tmp_path: Path) -> None:
    """Passages that do not answer, by Claude's own word, are like none."""
    with shop(tmp_path, Scripted([Written("", answered=False)] * 2)) as open_shop:
        assert "found nothing" in open_shop.desk.answer("Is shipping free?", "c").text
        assert open_shop.desk.answer("Is shipping free?", "c").handed_over is not None


def test_a_button_below_the_answer_counts(tmp_path: Path) -> None:
    """Two presses of it hand over at the next question."""
    with shop(tmp_path) as open_shop:
        open_shop.desk.answer("Is shipping free?", "c")
        open_shop.desk.dissatisfied("c")
        assert open_shop.desk.dissatisfied("c").unsatisfied == 2
        handed = open_shop.desk.answer("Is shipping free?", "c").handed_over
        assert handed is not None
        assert handed.reason == "unsatisfied"


def test_the_conversation_goes_along_and_a_leaning_question_is_understood(tmp_path: Path) -> None:
    """Claude gets what was said; a question that leans on the one before is looked up with it."""
    writer = Scripted([Written("One."), Written("Two.")])
    with shop(tmp_path, writer) as open_shop:
        open_shop.desk.answer("Do you ship to Japan?", "c")
        open_shop.desk.answer("And how long does it take?", "c")
        assert [each.answer for each in writer.asked[1].said] == ["One."]
        assert any("Japan" in hit.text for hit in writer.asked[1].hits)


def test_no_answer_leaves_no_trace(tmp_path: Path) -> None:
    """Where Claude cannot be asked nothing is remembered, so the question can be asked again."""
    with shop(tmp_path, Scripted([NoAnswer(), Written("Yes.")])) as open_shop:
        with pytest.raises(NoAnswer):
            open_shop.desk.answer("Is shipping free?", "c")
        assert open_shop.customers.said("c") == []
        assert open_shop.desk.answer("Is shipping free?", "c").text == "Yes."


def test_a_hand_over_that_cannot_be_written_is_not_promised(tmp_path: Path) -> None:
    """The customer is not told that a person takes over where nobody would know of it."""
    with shop(tmp_path) as open_shop:
        open_shop.cases.unlink()
        with pytest.raises(OperatorError):
            open_shop.desk.answer("I want to speak to a human", "c")
        assert open_shop.customers.find("c") == Customer("c")
        assert open_shop.listener.told == []


def test_rules_of_ones_own(tmp_path: Path) -> None:
    """With rules of its own a shop does not follow the usual ones."""
    with shop(tmp_path) as open_shop:
        rule = (Rule(When.WORDS, ("bitcoin",), to="finance"),)
        assert open_shop.desk.answer("I want to speak to a human", "c", rule).handed_over is None
        handed = open_shop.desk.answer("bitcoin?", "c", rule).handed_over
        assert handed is not None
        assert handed.to == "finance"


def test_questions_of_one_customer_are_answered_one_after_another(tmp_path: Path) -> None:
    """Eight threads at once: each answer has seen all those before it, and none is lost."""
    writer = Scripted([Written("Yes.")] * 8)
    with shop(tmp_path, writer) as open_shop:
        threads = [Thread(target=open_shop.desk.answer, args=("Is shipping free?", "c")) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [len(each.said) for each in writer.asked] == list(range(8))
        assert len(open_shop.customers.said("c")) == 8


def test_customers_are_remembered_and_forgotten(tmp_path: Path) -> None:
    """Another process knows them; who is forgotten has left nothing."""
    first = Customers(tmp_path / "customers.sqlite")
    first.keep(Customer("c", 1, 2, 3), Said(1, "q", "a", ("f",)))
    first.close()
    second = Customers(tmp_path / "customers.sqlite")
    assert second.find("c") == Customer("c", 1, 2, 3)
    assert second.said("c") == [Said(1, "q", "a", ("f",))]
    assert second.forget("c")
    assert not second.forget("c")
    assert (second.find("c"), second.said("c")) == (Customer("c"), [])
    second.close()
