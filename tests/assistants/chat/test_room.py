"""The room: what is typed is asked or done, and whatever happens the chat goes on."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.assistants.chat.doubles import FAULT, MemoryTalks, chatted
from yumen.assistants.chat import Choice
from yumen.assistants.chat.commands import COMMANDS, Question, Typed, Unknown, parsed
from yumen.assistants.chat.conversations import system_text


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("  hello ", Question("hello")),
        ("", None),
        ("//etc is a folder", Question("/etc is a folder")),
        ("/model opus", Typed(next(each for each in COMMANDS if each.name == "model"), "opus")),
        ("/EXIT", Typed(next(each for each in COMMANDS if each.name == "quit"), "")),
        ("/modle x", Unknown("modle", "model")),
        ("/xyzzy", Unknown("xyzzy", None)),
    ],
)
def test_what_a_line_says(typed: str, expected: object) -> None:
    """A slash begins a command, two begin a question."""
    assert parsed(typed) == expected


def test_answers_come_in_pieces_and_are_kept() -> None:
    """Questions are answered in their order, and two more in the next chat find them there."""
    talks = MemoryTalks()
    assert chatted(talks, "hello", "again").out == "HELLO\nAGAIN\n"
    seen = chatted(talks, "/quit", "never asked")
    assert "one goes on; questions so far: 2" in seen.err
    assert len(talks.kept["one"].said) == 2


def test_ctrl_c_stops_the_answer_and_keeps_the_chat() -> None:
    """What was written stays, the question counts as not asked, its stream is closed, and the next one is answered."""
    talks = MemoryTalks(script={"long": ["Once upon", KeyboardInterrupt()]})
    seen = chatted(talks, "long", "next")
    assert seen.out == "Once upon\nNEXT\n"
    assert "stopped" in seen.err
    assert [each.question for each in talks.kept["one"].said] == ["next"]
    assert all(reply.closed for reply in talks.kept["one"].replies)


def test_ctrl_c_at_the_prompt_only_clears_the_line() -> None:
    """Nobody is thrown out by it."""
    assert chatted(MemoryTalks(), KeyboardInterrupt(), "hello").out == "HELLO\n"


def test_a_fault_is_a_sentence_and_the_chat_goes_on() -> None:
    """For a person the chat ends well; a pipe's exit code says that a question got no answer."""
    talks = MemoryTalks(script={"x": ["half", FAULT]})
    seen = chatted(talks, "x", "y")
    assert (seen.code, seen.out) == (0, "halfY\n")
    assert "it rained" in seen.err
    assert chatted(talks, "x", "y", person=False).code == 1


def test_in_a_pipe_only_answers_are_written_and_ctrl_c_ends_it() -> None:
    """A program reads answers alone."""
    talks = MemoryTalks(script={"long": [KeyboardInterrupt()]})
    seen = chatted(talks, "hello", person=False)
    assert (seen.out, seen.err) == ("HELLO\n", "")
    assert chatted(talks, KeyboardInterrupt(), "x", person=False).code == 130
    assert chatted(talks, "long", "x", person=False).code == 130


def test_a_sandbox_says_that_it_is_none() -> None:
    """After each answer, in the person's language."""
    assert "(sandbox, not Claude)" in chatted(MemoryTalks(is_sandbox=True), "hello").err
    assert "沙箱输出，并非 Claude" in chatted(MemoryTalks(is_sandbox=True), "hello", chinese=True).err


def test_an_answer_cannot_command_the_terminal() -> None:
    """Escape sequences are replaced, lines and tabs stay."""
    assert chatted(MemoryTalks(script={"x": ["a\x1b]0;evil\x07b\n\tc"]}), "x").out == "a\ufffd]0;evil\ufffdb\n\tc\n"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["/model exact", "/model"], "model: exact"),
        (["/style terse"], "style: terse"),
        (["/style"], "there are: terse, formal"),
        (["/style nosuch"], "there is no style nosuch"),
        (["/styel"], "did you mean /style?"),
        (["/xyzzy"], "/help shows the commands"),
        (["/resume"], "/resume takes NAME"),
        (["/resume nobody"], "there is no conversation nobody"),
        (["/new one"], "there is a conversation one already"),
        (["/new two"], "a new conversation: two"),
        (["a", "/tokens"], "about 1 tokens"),
        (["a", "/model exact", "/tokens"], "\n1 tokens"),
        (["a", "/cost"], "questions: 1; tokens of input: 10, of these from the cache: 4; of output: 5\nit cost $0.000003"),
    ],
)
def test_commands_say_what_they_did(typed: list[str], said: str) -> None:
    """Each by its sentence."""
    assert said in chatted(MemoryTalks(), *typed).err


def test_help_lists_every_command_in_both_languages() -> None:
    """None is left out."""
    for chinese in (False, True):
        out = chatted(MemoryTalks(), "/help", chinese=chinese).out
        assert all(f"/{command.name}" in out for command in COMMANDS)
        assert ("显示命令" in out) is chinese


def test_forks_go_their_own_way() -> None:
    """After /fork what is said is said in the copy, and /resume leads back; a new conversation is held as this one was."""
    talks = MemoryTalks()
    seen = chatted(talks, "a", "/style terse", "/fork two", "b", "/resume one", "c", "/sessions", "/new three", "/history")
    assert [each.question for each in talks.kept["one"].said] == ["a", "c"]
    assert [each.question for each in talks.kept["two"].said] == ["a", "b"]
    assert talks.kept["three"].choice == Choice(style="terse")
    assert "* 1970-01-01 00:00      2  one" in seen.out


def test_export_writes_a_new_file_for_its_owner_alone(tmp_path: Path) -> None:
    """Nothing that is there is overwritten."""
    path = tmp_path / "talk.md"
    talks = MemoryTalks()
    seen = chatted(talks, "a\nb", f"/export {path}", "c", f"/export {path}")
    assert path.read_text() == "# one\n\n> a\n> b\n\nA\nB\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "cannot be written" in seen.err


@pytest.mark.parametrize(
    ("system", "text"), [(b'"Be kind."', "Be kind."), (b'[{"type":"text","text":"a"},{"type":"text","text":"b"}]', "a\nb")]
)
def test_a_system_prompt_is_shown_as_text(system: bytes, text: str) -> None:
    """Whether it is kept as a text or as blocks."""
    assert system_text(system) == text
