"""The chat upon the library's own conversations, with the sandbox of this process."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.assistants.chat.doubles import ScriptedLines
from yumen import Claude
from yumen.assistants.chat import Choice, Room
from yumen.assistants.chat.conversations import Conversations
from yumen.assistants.chat.screen import Screen
from yumen.errors import OperatorError
from yumen.words import Words


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let nothing of this machine speak to the client."""
    for name in list(os.environ):
        if name.startswith(("ANTHROPIC_", "CLAUDE_", "YUMEN_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("YUMEN_DATA", str(tmp_path / "data"))


@pytest.fixture
def claude(tmp_path: Path) -> Iterator[Claude]:
    """A client on the sandbox, whose conversations lie in the test's folder."""
    with Claude(environment="sandbox", sessions=f"sqlite:///{tmp_path}/sessions.db") as claude:
        yield claude


def chat(claude: Claude, *typed: str, name: str = "one", choice: Choice | None = None) -> tuple[str, str]:
    """Chat, and return what was written and what stands beside it."""
    out, err = io.StringIO(), io.StringIO()
    Room(Conversations(claude), ScriptedLines(list(typed)), Screen(Words({}), out, err, coloured=False)).run(name, choice or Choice())
    return out.getvalue(), err.getvalue()


def test_a_chat_is_kept_resumed_forked_and_shown(claude: Claude) -> None:
    """What one chat said the next one finds, with its model and style; a fork has it too."""
    chat(claude, "hello", "/cost", choice=Choice(model="claude-haiku-4-5", style="concise"))
    out, err = chat(claude, "second question", "/model", "/style", "/tokens", "/cost", "/fork two", "/history", "/sessions")
    assert "one goes on; questions so far: 1" in err
    assert "model: claude-haiku-4-5" in err
    assert "style: concise" in err
    assert "questions: 2; tokens of input: " in err
    assert "it cost $0.0" in err
    assert err.count("(sandbox, not Claude)") == 2
    assert "> hello\n" in out
    assert "> second question\n" in out
    assert {each.name for each in Conversations(claude).listed()} == {"one", "two"}


def test_an_answer_that_is_left_does_not_count_and_the_next_may_begin(claude: Claude) -> None:
    """As Ctrl-C leaves it."""
    talk = Conversations(claude).open("one", Choice())
    reply = talk.say("Tell me a story")
    assert next(iter(reply))
    reply.close()
    assert [each.answer for each in talk.exchanges()] == [""]
    assert "".join(talk.say("hello"))
    assert talk.exchanges()[-1].answer


def test_a_style_that_is_not_there_is_refused_and_changes_nothing(claude: Claude) -> None:
    """What was chosen before holds on."""
    talk = Conversations(claude).open("one", Choice(style="formal"))
    with pytest.raises(OperatorError, match="nosuch"):
        talk.choose(Choice(style="nosuch", model="m"))
    assert talk.choice.style == "formal"
    assert talk.choice.model == claude.model


def test_what_the_sdk_raises_is_a_sentence(claude: Claude) -> None:
    """The sandbox is told to refuse; the chat says why and goes on."""
    out, err = chat(claude.with_options(max_retries=0), "sandbox: overloaded", "hello")
    assert "verloaded" in err
    assert out.count("\n") >= 1
