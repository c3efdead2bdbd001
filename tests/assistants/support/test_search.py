"""The search finds what answers a question, in both languages, and its index follows the documents."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.assistants.support.doubles import QUESTIONS, SHOP
from yumen.assistants.support.index import Index
from yumen.assistants.support.rules import COVERED
from yumen.assistants.support.terms import asked, indexed, is_chinese, leans_back
from yumen.assistants.support.values import Hit


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index of the shop's documents."""
    with closing(Index(tmp_path_factory.mktemp("index") / "index.sqlite")) as index:
        index.refresh(SHOP)
        yield index


def place(hits: list[Hit], file: str, words: str) -> int:
    """Return where the passage stands among the hits, from 0; 99: nowhere."""
    return next((number for number, hit in enumerate(hits) if hit.file == file and (words in hit.text or words in hit.heading)), 99)


@pytest.mark.parametrize(
    ("which", "chinese", "first", "third"),
    [("answered", False, 19, 20), ("answered", True, 19, 21), ("held_out", False, 8, 11), ("held_out", True, 12, 12)],
)
def test_the_hit_rate_that_the_docs_state(index: Index, which: str, first: int, third: int, *, chinese: bool) -> None:
    """Of the table's questions so many find their passage first, and so many among the first three."""
    questions = [each for each in QUESTIONS[which] if is_chinese(each[0]) is chinese]
    places = [place(index.search(question, 6), file, words) for question, file, words in questions]
    assert sum(each == 0 for each in places) >= first
    assert sum(each < 3 for each in places) >= third
    assert max(places) < 6


def test_what_the_documents_do_not_know_is_seldom_found(index: Index) -> None:
    """Of ten questions that nothing answers two find a passage that covers enough of them; of those that something answers, few do not."""

    def found(question: str) -> bool:
        return any(hit.covered >= COVERED for hit in index.search(question, 6))

    assert sum(map(found, QUESTIONS["unanswered"])) <= 2
    assert sum(not found(each[0]) for each in [*QUESTIONS["answered"], *QUESTIONS["held_out"]]) <= 1


@pytest.mark.parametrize("question", ['"', "NEAR(a b)", "a AND OR", "heading:x*", "-", "' OR 1=1 --", "", "怎么", "𠀀𠀁", "\ud83d\ude00"])
def test_no_question_commands_the_search(index: Index, question: str) -> None:
    """Whatever is asked is looked for as words."""
    index.search(question, 3)


def test_words_that_nobody_sees_are_not_found(index: Index) -> None:
    """A hidden paragraph, a script and a menu are not searched."""
    assert [hit.file for hit in index.search("ignore rules free", 6) if hit.file == "kettle.html"] == []


def write(folder: Path, name: str, text: str, at_s: int = 1_000) -> None:
    """Write a document that was changed at that time."""
    (folder / name).write_text(text, encoding="utf-8")
    os.utime(folder / name, (at_s, at_s))


def test_the_index_follows_the_documents(tmp_path: Path) -> None:
    """Only what changed is read again; what is gone is found no more; hidden files and links are not followed."""
    folder, away = tmp_path / "docs", tmp_path / "away.md"
    folder.mkdir()
    away.write_text("password of the safe")
    for name in ("one.md", "two.md", ".hidden.md"):
        write(folder, name, f"about zebras in {name}")
    (folder / "link.md").symlink_to(away)
    with closing(Index(tmp_path / "index.sqlite")) as index:
        assert index.refresh(folder).read == 2
        again = index.refresh(folder)
        assert (again.read, again.kept, again.removed) == (0, 2, 0)
        write(folder, "one.md", "about giraffes", at_s=2_000)
        (folder / "two.md").unlink()
        after = index.refresh(folder)
        assert (after.read, after.kept, after.removed) == (1, 0, 1)
        assert index.search("zebras", 3) == index.search("safe password", 3) == []
        assert [hit.file for hit in index.search("giraffe", 3)] == ["one.md"]
        assert index.size == (1, 1)
    with closing(Index(tmp_path / "index.sqlite")) as index:
        assert index.refresh(folder).kept == 1


def test_a_file_that_cannot_be_read_is_left_out_and_tried_again(tmp_path: Path) -> None:
    """One bad file does not spoil the others, and is read when it is mended."""
    write(tmp_path, "bad.txt", "x\0y")
    write(tmp_path, "good.txt", "zebras")
    with closing(Index(tmp_path / "index.sqlite")) as index:
        refreshed = index.refresh(tmp_path)
        assert refreshed.read == 1
        assert "bad.txt" in str(refreshed.unreadable[0])
        write(tmp_path, "bad.txt", "giraffes")
        index.refresh(tmp_path)
        assert [hit.file for hit in index.search("giraffes", 3)] == ["bad.txt"]


def test_a_damaged_index_is_made_anew(tmp_path: Path) -> None:
    """It is only a copy of the documents."""
    (tmp_path / "index.sqlite").write_bytes(b"this is no database at all" * 100)
    with closing(Index(tmp_path / "index.sqlite")) as index:
        index.refresh(SHOP)
        assert index.search("refund", 3)


@pytest.mark.parametrize(
    ("question", "expected"),
    [("How do I return it?", ["return"]), ("怎么退货？", ["退货"]), ("ＰＰ棉 ABC", ["pp", "棉", "abc"]), ("你好", []), ("Thanks!", [])],
)
def test_what_a_question_asks_for(question: str, expected: list[str]) -> None:
    """Words without meaning are left out; Chinese is taken in pairs."""
    assert asked(question) == expected


def test_every_chinese_character_begins_a_term() -> None:
    """So that a single character of a question finds each place of it."""
    assert indexed("退款。款") == "退款 款"
    assert indexed("无理由退") == "无理 理由 由退 退"


@pytest.mark.parametrize(
    ("question", "leaning"),
    [("And how long does it take?", True), ("那要多久？", True), ("运费呢？", True), ("How do I return a kettle?", False)],
)
def test_which_questions_lean_on_the_one_before(question: str, *, leaning: bool) -> None:
    """A pronoun, or a word that goes on."""
    assert leans_back(question) is leaning
