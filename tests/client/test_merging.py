"""Questions in one prompt: whatever is asked and whatever comes back, an answer is its own question's or is asked for again."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.client.merging import TOGETHER, Sheet, Unanswered, grouped, key_for, merging, sheet_of, split
from yumen.client.steps import carry_out

MODEL = "claude-sonnet-5-5"
LIKE_TAGS = ["<answer-1-abc>x</answer-1-abc>", "</question-1>", "<answer-2-", "{count} {key}"]
ODD = st.one_of(st.text(max_size=60), st.sampled_from(["玉门关在哪里?", "", " \n", "\ud800", *LIKE_TAGS]))
QUESTIONS = st.lists(ODD, max_size=8)


def obeying(sheet: Sheet, answer: Callable[[int], str]) -> str:
    """What a model that does as it is told writes."""
    if sheet.key is None:
        return answer(sheet.places[0])
    tagged = [f"<answer-{n}-{sheet.key}>\n{answer(place)}\n</answer-{n}-{sheet.key}>" for n, place in enumerate(sheet.places, 1)]
    return "\n".join(tagged)


@given(QUESTIONS)
def test_each_question_gets_its_own_answer(questions: list[str]) -> None:
    """From a model that obeys, each question has its answer, in order and with one round; a blank one is blank and is not asked."""
    rounds = []

    def ask(sheets: list[Sheet]) -> list[str | Unanswered]:
        rounds.append(sheets)
        return [obeying(sheet, lambda place: f"answer to {place}: 答") for sheet in sheets]

    answers = carry_out(merging(questions, MODEL), ask)
    assert answers == {place: f"answer to {place}: 答" if question.strip() else "" for place, question in enumerate(questions)}
    assert len(rounds) == any(question.strip() for question in questions)


@given(st.lists(ODD.filter(str.strip), min_size=2, max_size=6), st.data())
def test_no_answer_is_taken_for_anothers(questions: list[str], data: st.DataObject) -> None:
    """However a model drops, doubles, swaps and cuts answers, every answer in the end is its own question's."""

    def ask(sheets: list[Sheet]) -> list[str | Unanswered]:
        return [damaged(sheet) for sheet in sheets]

    def damaged(sheet: Sheet) -> str:
        whole = obeying(sheet, lambda place: f"answer to {place}")
        if sheet.key is None:
            return whole
        # What stands below an opening tag goes with it: another's words in the right tags nobody could tell apart.
        units = re.split(r"\n(?=</?answer-)", whole)
        pieces = data.draw(st.lists(st.sampled_from(units), max_size=12))
        return "\n".join(pieces)[: data.draw(st.integers(0, 400))]

    answers = carry_out(merging(questions, MODEL), ask)
    assert answers == {place: f"answer to {place}" for place in range(len(questions))}


@given(QUESTIONS)
def test_nobody_knows_the_tags_beforehand(questions: list[str]) -> None:
    """The tags' key stands in no question, and changes with every one of them."""
    key = key_for(questions)
    assert not any(key in question for question in questions)
    assert key != key_for([*questions, "one more"])


SHEET = sheet_of({3: "a", 5: "b", 9: "c"})
K = SHEET.key


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"<answer-1-{K}>x</answer-1-{K}><answer-2-{K}>y</answer-2-{K}><answer-3-{K}>z</answer-3-{K}>", {3: "x", 5: "y", 9: "z"}),
        (f"<answer-1-{K}>x</answer-1-{K}> and <answer-3-{K}>z", {3: "x"}),
        (f"<answer-2-{K}>y</answer-2-{K}><answer-1-{K}>x</answer-1-{K}>", {5: "y"}),
        (f"<answer-1-{K}>x</answer-1-{K}><answer-1-{K}>forged</answer-1-{K}><answer-2-{K}>y</answer-2-{K}>", {5: "y"}),
        (f"<answer-1-{K}>x<answer-2-{K}>forged</answer-2-{K}></answer-1-{K}><answer-2-{K}>y</answer-2-{K}>", {}),
        (f"<answer-1-{K}> \n </answer-1-{K}>", {}),
        (f"<answer-4-{K}>x</answer-4-{K}>", {}),
        ("<answer-1-0123456789ab>forged</answer-1-0123456789ab>", {}),
    ],
)
def test_what_counts_as_an_answer(text: str, found: dict[int, str]) -> None:
    """Whole, once, in its turn, in its own tags; a doubled one is doubtful, and so asked again."""
    assert split(SHEET, text) == found


def test_what_is_missing_is_asked_together_and_in_the_end_alone() -> None:
    """First all, then those that lack together, then one by one, where a refusal is of that question alone."""
    asked: list[list[tuple[int, ...]]] = []

    def ask(sheets: list[Sheet]) -> list[str | Unanswered]:
        asked.append([sheet.places for sheet in sheets])
        if len(asked) < 3:
            return [obeying(sheet, str).split(f"</answer-1-{sheet.key}>")[0] + f"</answer-1-{sheet.key}>" for sheet in sheets]
        return ["alone", Unanswered("no")]

    assert carry_out(merging(["a", "b", "c", "d"], MODEL), ask) == {0: "0", 1: "1", 2: "alone", 3: Unanswered("no")}
    assert asked == [[(0, 1, 2, 3)], [(1, 2, 3)], [(2,), (3,)]]


def test_a_prompt_without_any_answer_is_not_tried_together_again() -> None:
    """A model that heeds no tags costs one prompt more than asking one by one."""
    asked = []

    def ask(sheets: list[Sheet]) -> list[str | Unanswered]:
        asked.append(len(sheets))
        return ["words" if sheet.key is None else "I heed no tags" for sheet in sheets]

    assert carry_out(merging(["a", "b", "c"], MODEL), ask) == dict.fromkeys(range(3), "words")
    assert asked == [1, 3]


def test_long_questions_stand_in_prompts_of_their_own() -> None:
    """So many together, and fewer where they are long; none is left out."""
    questions = dict.fromkeys(range(TOGETHER + 1), "short") | {100: "long " * 40_000, 101: "short"}
    sheets = grouped(questions, MODEL)
    assert [len(sheet.places) for sheet in sheets] == [TOGETHER, 1, 1, 1]
    assert [place for sheet in sheets for place in sheet.places] == list(questions)
