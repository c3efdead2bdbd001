"""Outlines are read as people write them; without Claude they are made of the brief's own words."""

from __future__ import annotations

import pytest

from yumen.assistants.writing import Outline, Section, outline_lines, parse_outline
from yumen.assistants.writing.mechanical import draft_of, outline_from
from yumen.assistants.writing.sentences import topic_of
from yumen.errors import OperatorError

GATES = Outline("Gates", (Section("Permits", ("who", "what")), Section("Toll")))


@pytest.mark.parametrize(
    "text",
    [
        "# Gates\n\n## Permits\n- who\n- what\n\n## Toll\n",
        "Here it is:\n# Gates\n## Permits\n* who\nwhat\n### Toll",
        "(sandbox, not Claude)\n# Gates\n## Permits\n- who\n- what\n## Toll",
        "Gates\n1. Permits\n   - who\n   - what\n2) Toll",
        "# Gates\n1. Permits\n   1. who\n   2. what\n2. Toll",
    ],
)
def test_outlines_as_people_write_them(text: str) -> None:
    """Marks of Markdown, numbers and plain lines come to the same."""
    assert parse_outline(text) == GATES


def test_chinese_numbers() -> None:
    """一、二、三 number sections too."""
    assert parse_outline("关口\n一、通行证\n- 谁\n二、过路费").sections == (Section("通行证", ("谁",)), Section("过路费"))


@pytest.mark.parametrize("text", ["", "just a title", "# Title\n- point", "## x\n" * 61])
def test_what_is_no_outline(text: str) -> None:
    """An outline has sections, and not more than anybody means."""
    with pytest.raises(OperatorError):
        parse_outline(text)


def test_what_is_printed_is_read() -> None:
    """An outline that was printed and changed by hand can be given back."""
    assert parse_outline("\n".join(outline_lines(GATES))) == GATES


BRIEFS = [
    "A short note on gates",
    "A guide for clerks. Explain how a permit is checked: holder, goods, end. The permit check names the holder. Say what the toll is.",
    "为新关吏写一份说明。说明通行证如何检查。检查通行证时要核对持有人。过路费每匹骆驼三枚铜钱。",
    "- first\n- second",
    "!?",
]


@pytest.mark.parametrize("brief", BRIEFS)
def test_offline_nothing_is_invented(brief: str) -> None:
    """Every word of the outline and of the text is the brief's own."""
    outline = outline_from(brief)
    assert outline.is_sandbox
    assert outline.sections
    own = " ".join(brief.split())
    for section in outline.sections:
        assert section.heading.removesuffix("…").strip() in own
        assert all(point in own for point in section.points)
    for line in draft_of(outline, brief).splitlines():
        assert line.lstrip("#- ").removesuffix("…").strip() in own


def test_sentences_that_belong_together_share_a_section() -> None:
    """A sentence that goes on with the one before it is a point of its section; another matter is another section."""
    assert [len(section.points) for section in outline_from(BRIEFS[1]).sections] == [2, 1]
    assert [len(section.points) for section in outline_from(BRIEFS[2]).sections] == [2, 1]


def test_offline_an_own_outline_gathers_the_briefs_sentences() -> None:
    """Below a heading without points stand the sentences of the brief that have to do with it."""
    text = draft_of(parse_outline("# Gates\n## Toll\n## Wall"), "The toll is three coins. The clerk sleeps.")
    assert text == "# Gates\n\n## Toll\n\nThe toll is three coins.\n\n## Wall"


@pytest.mark.parametrize(
    ("sentence", "topic"),
    [
        ("Explain the check: holder, goods.", "Explain the check"),
        ("one two three four five six seven eight nine ten", "one two three four five six seven eight nine …"),
        ("说明如何检查，以及原因。", "说明如何检查"),
        ("长" * 30, "长" * 18 + "…"),
    ],
)
def test_topics(sentence: str, topic: str) -> None:
    """A heading is the first clause of its sentence, and no longer than headings are."""
    assert topic_of(sentence) == topic
