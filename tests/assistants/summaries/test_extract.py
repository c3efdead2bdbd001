"""The summary without Claude: sentences of the text itself, those that tell most, in their order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from yumen.assistants.documents import Document, Passage, read_document
from yumen.assistants.summaries.extract import SENTENCES, extracted, split
from yumen.assistants.summaries.values import Form, Length, Wish

FILES = Path(__file__).parents[2] / "docs" / "files"
REPORTS = ("report.md", "report.zh.md")


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("The gate opens. It closes at six! Or? Yes, it does.", ["The gate opens.", "It closes at six!", "Yes, it does."]),
        ("It cost 3.5 coins, e.g. for a camel. Nobody paid.", ["It cost 3.5 coins, e.g. for a camel.", "Nobody paid."]),
        ("旅人出示通行证。关吏登记！好。", ["旅人出示通行证。", "关吏登记！"]),
        ("他说：“关口已经开了。”旅人进入关口。", ["他说：“关口已经开了。”", "旅人进入关口。"]),
        ("- **First** point here\n2. Second `point` here\nshort", ["First point here", "Second point here"]),
        (
            "This line is as long as an editor makes one, and goes\non in the next one.\n- a point of a list",
            ["This line is as long as an editor makes one, and goes on in the next one.", "a point of a list"],
        ),
        (
            "一行写满了的文字会被编辑器从中间断开，断开的地方\n不应当多出空格。",
            ["一行写满了的文字会被编辑器从中间断开，断开的地方不应当多出空格。"],
        ),
        ("x" * 500, []),
        ("", []),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    """Sentences end where they end in both languages; numbers, short forms and quotations are not cut, marks of lists are left out."""
    assert split(text) == sentences


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("length", Length)
def test_sentences_are_the_texts_own_and_in_order(name: str, length: Length) -> None:
    """Every sentence stands in the text, in the same order; there are as many as the length asks for, or all."""
    document = read_document(FILES / name)
    text = " ".join(document.text.split())
    lines = [line[2:] for line in extracted([document], Wish(length, Form.BULLETS)).splitlines()]
    places = [text.index(line) for line in lines]
    assert places == sorted(places)
    assert 0 < len(lines) <= SENTENCES[length]
    assert length is not Length.SHORT or len(lines) == SENTENCES[length]


@pytest.mark.parametrize(
    ("name", "told"), [("report.md", "The jade gate let 4,312 travellers pass"), ("report.zh.md", "今年共有四千三百一十二名旅人通过玉门关")]
)
def test_what_matters_is_told(name: str, told: str) -> None:
    """What the whole is about is in the shortest summary."""
    assert told in extracted([read_document(FILES / name)], Wish(Length.SHORT))


def document(*texts: str, name: str = "a.txt") -> Document:
    """Return a document of some passages."""
    return Document(Path(name), name, tuple(map(Passage, texts)))


def test_nothing_is_said_twice() -> None:
    """A sentence that repeats another is left out, however often the text does."""
    said = extracted([document(*["The gate opens at six in the morning."] * 5, "The toll is three coins for a camel.")], Wish())
    assert said == "The gate opens at six in the morning. The toll is three coins for a camel."


def test_a_short_document_is_heard_beside_a_long_one() -> None:
    """Each of several documents has a sentence in the summary, as far as there is room."""
    long = document(*[f"The toll of gate number {number} is {number} coins." for number in range(30)], name="long.txt")
    assert "短文也要有一句。" in extracted([long, document("短文也要有一句。", name="short.txt")], Wish(Length.SHORT))


def test_forms() -> None:
    """Text, bullets, a table and JSON hold the same sentences; of several documents each is named."""
    documents = [document("关口在早晨六点开放。", name="a.txt"), document("The toll is 3 | 4 coins.", name="b.txt")]
    assert extracted(documents, Wish()) == "关口在早晨六点开放。\n\nThe toll is 3 | 4 coins."
    assert extracted(documents, Wish(form=Form.BULLETS)).splitlines()[0] == "- 关口在早晨六点开放。 (a.txt)"
    assert extracted(documents, Wish(form=Form.TABLE)).splitlines()[-1] == "| 2 | The toll is 3 \\| 4 coins. | b.txt |"
    read = json.loads(extracted(documents, Wish(form=Form.JSON)))
    assert [point["source"] for point in read["points"]] == ["a.txt", "b.txt"]
    assert read["sandbox"] is True
