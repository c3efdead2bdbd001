"""A text is written section after section, each with what went before, and goes on where it broke off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.assistants.claudes import Given, Question
from yumen import Claude
from yumen.assistants import write
from yumen.assistants.pieces import Pieces
from yumen.assistants.writing import Wish, Writer, parse_outline
from yumen.errors import OperatorError

OUTLINE = "# Gates\n## Permits\n- who\n## Toll\n- three coins\n## End"


def writer(claude: Any, pieces: Pieces | None = None, brief: str = "A note on gates") -> Writer:  # noqa: ANN401  (a double)
    """Return what writes."""
    return Writer(claude, Wish(brief, style="Be kind."), pieces or Pieces(None))


def said(question: Question) -> str:
    """Answer with an outline, or with a section that names itself."""
    return OUTLINE if "outline alone" in question.system else f"text of {question.prompt.rpartition('“')[2].partition('”')[0]}"


def test_sections_know_what_went_before() -> None:
    """The outline comes first; each section is asked for with all that is written, in the style that was asked for."""
    claude, told = Given(said), list[tuple[int, int]]()
    draft = writer(claude).write(progress=lambda *done: told.append(done))
    assert draft.text == "# Gates\n\n## Permits\n\ntext of Permits\n\n## Toll\n\ntext of Toll\n\n## End\n\ntext of End"
    assert len(claude.asked) == 4
    assert "text of Permits" not in claude.asked[1].prompt
    assert "text of Permits" in claude.asked[3].prompt
    assert "text of Toll" in claude.asked[3].prompt
    assert all(question.system.startswith("Be kind.") for question in claude.asked)
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_a_second_run_goes_on(tmp_path: Path) -> None:
    """Neither the outline nor a section that is written is asked for again."""

    def fails(question: Question) -> str:
        if "“End”" in question.prompt:
            raise ConnectionError
        return said(question)

    with pytest.raises(ConnectionError):
        writer(Given(fails), Pieces(tmp_path / "a.json")).write()
    again = Given(said)
    draft = writer(again, Pieces(tmp_path / "a.json")).write()
    assert [question.prompt.rpartition("“")[2].partition("”")[0] for question in again.asked] == ["End"]
    assert draft.text.endswith("text of End")


def test_an_answer_that_is_no_outline_is_not_kept() -> None:
    """It is an error, and the next run asks anew."""
    pieces = Pieces(None)
    with pytest.raises(OperatorError):
        writer(Given(lambda _: "no outline"), pieces).outline()
    assert pieces.count == 0


def test_refusals_and_empty_briefs_are_errors() -> None:
    """What was not written is not returned as a text."""
    claude = Given(lambda _: "")
    claude.stop_reason = "refusal"
    with pytest.raises(OperatorError, match="refusal"):
        writer(claude).write(parse_outline(OUTLINE))
    with pytest.raises(OperatorError, match="empty"):
        writer(claude, brief=" \n")


def test_a_sandbox_that_shows_itself_late_is_no_claude() -> None:
    """Its words are thrown away for the brief's own."""

    def late(_: Question) -> str:
        claude.is_sandbox = True
        return "sandbox words"

    claude = Given(late)
    draft = writer(claude).write()
    assert draft.is_sandbox
    assert "sandbox words" not in draft.text


def test_what_went_before_is_bounded_by_the_window() -> None:
    """Of a text longer than the window the sections next before are told."""
    before = [f"{number} " + "word " * 60_000 for number in range(6)]
    fitting = writer(Given(said))._fitting(before)
    assert 0 < len(fitting) < len(before)
    assert list(fitting) == before[-len(fitting) :]


def test_from_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line writes; an outline and a style may be given, and nothing is left on disk."""
    monkeypatch.setenv("YUMEN_PIECES", str(tmp_path / "pieces"))
    with Claude(environment="sandbox") as claude:
        draft = write(claude, "A note on gates. The toll is three coins.", outline=OUTLINE, style="concise")
        with pytest.raises(OperatorError):
            write(claude, "A note on gates", style="nobody's")
    assert draft.is_sandbox
    assert "- three coins" in draft.text
    assert not (tmp_path / "pieces").exists()
