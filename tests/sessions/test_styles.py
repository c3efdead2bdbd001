"""Styles: four ship, a team's own go before them, and what is wrong with a file is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from yumen import Claude, OperatorError
from yumen.sessions.styling import OWN_FOLDER, every_style, find_style, style_folders

SHIPPED = ["concise", "formal", "friendly", "teacher"]


def test_four_ship() -> None:
    """Each says persona, tone, language and rules, in both languages, and the language of the first question decides."""
    styles = every_style([OWN_FOLDER])
    assert [style.name for style in styles] == SHIPPED
    for style in styles:
        assert style.chinese is not None
        for text, tone in ((style.english, "Tone: "), (style.chinese, "语气：")):
            assert tone in text
            assert text.count("\n- ") >= 3
        assert style.text_for("Hello") == style.english
        assert style.text_for("你好 hello") == style.chinese
        assert " / " in style.description


def test_a_teams_own_go_first(tmp_path: Path) -> None:
    """./styles before YUMEN_STYLES before ours; of two with one name the first is taken, in the list too."""
    for folder, persona in ((tmp_path / "styles", "Ours."), (tmp_path / "shared", "Shared.")):
        folder.mkdir()
        (folder / "formal.toml").write_text(f'persona = "{persona}"\n')
    (tmp_path / "shared" / "pirate.toml").write_text('rules = ["Say arr."]\n')
    folders = style_folders({"YUMEN_STYLES": str(tmp_path / "shared")}, tmp_path)
    assert find_style("formal", folders).english == "Ours."
    assert find_style("pirate", folders).english == "- Say arr."
    assert [style.name for style in every_style(folders)] == sorted([*SHIPPED, "pirate"])
    assert {style.english for style in every_style(folders)} >= {"Ours."}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("persona = ", "cannot be read"),
        ("persona = 1", "Expected `str`, got `int`"),
        ('colour = "red"', "colour"),
        ("", "says nothing"),
        ('[zh]\npersona = "x"', "says nothing"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, text: str, said: str) -> None:
    """The file is named, and what is wrong with it."""
    (tmp_path / "mine.toml").write_text(text)
    with pytest.raises(OperatorError, match=said) as refused:
        find_style("mine", [tmp_path])
    assert "mine.toml" in str(refused.value)


@pytest.mark.parametrize("name", ["", "../formal", "a/b", ".hidden", "x" * 65])
def test_a_name_leads_out_of_no_folder(name: str) -> None:
    """A style's name is no path."""
    with pytest.raises(OperatorError, match="is no name of a style"):
        find_style(name, [OWN_FOLDER])


def test_an_unknown_style_names_those_that_are_there() -> None:
    """Whoever mistypes one is told which there are."""
    with pytest.raises(OperatorError, match="there is no style formall; there are: concise, formal, friendly, teacher"):
        find_style("formall", [OWN_FOLDER])


def test_a_style_holds_in_the_language_it_began_with(tmp_path: Path) -> None:
    """A conversation that began in Chinese keeps its system prompt when English follows, so the prompt cache holds."""
    with Claude(environment="sandbox", sessions=f"sqlite:///{tmp_path}/sessions.db") as claude:
        claude.conversation("styled", style="formal").say("你好")
        claude.conversation("styled", style="formal").say("Hello")
        turns = claude.conversation("styled").turns
        assert turns[1].usage.cache_read_tokens == turns[0].usage.prompt_tokens
        assert "语气：礼貌" in claude.conversations.export("styled")
