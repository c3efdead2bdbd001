"""A conversation keeps its state: across turns, objects, threads, tasks and processes."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anthropic
import pytest

from tests.client.talking import Heard, refusing, store_in, talking_async
from tests.gateway import clean_environment
from yumen import Claude, OperatorError
from yumen.client import loop
from yumen.client.desk import Desk
from yumen.client.session_place import desk_at, session_url
from yumen.sessions import Closing, Opening, TurnState
from yumen.storage import Database


def test_each_turn_is_asked_with_all_before_it(claude: Claude, heard: Heard) -> None:
    """Whoever opens a conversation by its name goes on where it stands, and Claude is sent the bytes that it was sent before."""
    first = claude.conversation("customer-42", system="Be kind.").say("我叫王芳。")
    second = claude.conversation("customer-42").say("What is my name?")
    messages = heard.asked[1]["messages"]
    assert [message["role"] for message in messages] == ["user", "assistant", "user"]
    assert messages[1]["content"] == [{"type": "text", "text": first.text}]
    assert heard.asked[1]["system"][0]["text"] == "Be kind."
    claude.conversation("customer-42").say("And now?")
    sent = [body.partition(b'"messages":[')[2].partition(b'],"model"')[0] for body in heard.bodies]
    assert sent[1].startswith(sent[0])
    assert sent[2].startswith(sent[1])
    turns = claude.conversation("customer-42").turns
    assert [(turn.number, turn.state) for turn in turns] == [(number, TurnState.ANSWERED) for number in (1, 2, 3)]
    assert json.loads(turns[1].answer or b"")["content"][0]["text"] == second.text


def test_a_stream_is_stored_as_an_answer_is(claude: Claude, heard: Heard) -> None:
    """The pieces joined are the answer, which the next turn is sent; one that is left early is broken, and holds nobody up."""
    conversation = claude.conversation("stream")
    spoken = conversation.say("Tell me a story.", stream=True)
    assert heard.bodies == []
    assert "".join(spoken) == spoken.answer.text
    with conversation.say("Another.", stream=True) as left:
        assert next(iter(left))
    conversation.say("And?")
    assert [message["content"] for message in heard.asked[-1]["messages"] if message["role"] == "user"] == ["Tell me a story.", "And?"]
    assert [turn.state for turn in conversation.turns] == [TurnState.ANSWERED, TurnState.BROKEN, TurnState.ANSWERED]


async def test_tasks_are_awaited(tmp_path: Path) -> None:
    """The same with `await`: said, streamed, forked, exported, found, resumed; and coroutine functions are tools."""

    async def weather(city: str) -> str:
        """Say the weather of a city."""
        return f"{city}: 20 degrees"

    async with talking_async(tmp_path) as claude:
        conversation = claude.conversation("async", tools=[weather])
        assert "20 degrees" in (await conversation.say("please call weather for Paris")).text
        spoken = await conversation.say("Tell me a story.", stream=True)
        text = "".join([piece async for piece in spoken])
        assert (await spoken.answer()).text == text
        copy = await conversation.fork("copy")
        await copy.say("Only here.")
        assert (len(await conversation.turns()), len(await copy.turns())) == (2, 3)
        assert await copy.unanswered() is None
        assert [found.number for found in await claude.conversations.search("only here")] == [3]
        assert (await conversation.saved()).tokens > 0
        assert await copy.delete()
        assert [listed.session.name for listed in await claude.conversations.list()] == ["async"]


def test_tools_are_plain_functions(claude: Claude, heard: Heard) -> None:
    """A function's signature and docstring are the tool; the call and its result are one turn with the answer, and are sent on."""

    def add(a: int, b: int = 2) -> int:
        """Add two numbers.

        Args:
            a: the first
            b: the second
        """
        return a + b

    def fail(text: str) -> str:
        """Always fail."""
        raise ValueError(text)

    conversation = claude.conversation("tools", tools=[add, fail])
    conversation.say("please call add")
    assert heard.asked[0]["tools"][0]["name"] == "add"
    assert heard.asked[0]["tools"][0]["input_schema"]["properties"]["a"] == {"description": "the first", "title": "A", "type": "integer"}
    result = heard.asked[1]["messages"][-1]["content"][0]
    assert result["type"] == "tool_result"
    assert result["content"].isdigit()
    conversation.say("please call fail")
    assert heard.asked[3]["messages"][-1]["content"][0]["is_error"] is True
    assert [len(turn.question.split(b'"role"')) - 1 for turn in conversation.turns] == [3, 3]
    assert len(heard.asked[3]["messages"]) == 7


def test_rounds_of_tools_are_bounded(claude: Claude) -> None:
    """Where Claude goes on asking for tools the turn ends broken, after so many rounds as are allowed."""

    def look() -> str:
        """Look."""
        return "please call look"

    conversation = claude.conversation("loop", tools=[look], max_rounds=2, tool_choice={"type": "any"}, model="claude-opus-4-6")
    with pytest.raises(OperatorError, match="after 2 rounds of tools"):
        conversation.say("please call look")
    assert [turn.state for turn in conversation.turns] == [TurnState.BROKEN]


def test_a_failed_turn_can_be_asked_again(claude: Claude, heard: Heard) -> None:
    """An error leaves the question unanswered: it is shown, can be resumed, and stands in no other turn's history."""
    conversation = claude.conversation("failed")
    conversation.say("One.")
    heard.before = refusing(400, "no")
    with pytest.raises(anthropic.BadRequestError):
        conversation.say("Two.")
    assert conversation.unanswered == "Two."
    heard.before = lambda _: None
    conversation.resume()
    assert [conversation.unanswered] == [None]
    assert [message["content"] for message in heard.asked[-1]["messages"] if message["role"] == "user"] == ["One.", "Two."]
    with pytest.raises(OperatorError, match="nothing in the conversation failed is unanswered"):
        conversation.resume()


DYING = """
import os, signal, sys
import httpx2
from yumen import Claude

class Dying(httpx2.BaseTransport):
    def handle_request(self, request):
        os.kill(os.getpid(), signal.SIGKILL)

claude = Claude(environment="sandbox", sessions=sys.argv[1], http_client=httpx2.Client(transport=Dying()))
claude.conversation("killed").say("Where is my parcel?")
"""


def test_killed_between_question_and_answer(tmp_path: Path, claude: Claude) -> None:
    """After `kill -9` another process finds the question, once the dead one's lease has ended, and resumes it; nothing is lost."""
    died = subprocess.run([sys.executable, "-c", DYING, store_in(tmp_path)], env=clean_environment(), check=False)
    assert died.returncode == -signal.SIGKILL
    conversation = claude.conversation("killed")
    assert [turn.state for turn in conversation.turns] == [TurnState.OPEN]
    assert [conversation.unanswered] == [None], "the dead process might still be alive"
    with sqlite3.connect(tmp_path / "sessions.db") as database:  # as if fifteen seconds had gone by
        database.execute("UPDATE session_turns SET lease_until_us = 1")
    assert conversation.unanswered == "Where is my parcel?"
    assert conversation.resume().text
    assert [turn.state for turn in conversation.turns] == [TurnState.BROKEN, TurnState.ANSWERED]


def test_threads_take_turns(claude: Claude, heard: Heard) -> None:
    """Eight threads that speak at once are answered one after the other, each with all before it; none is lost."""
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: claude.conversation("crowd").say(f"I am {number}."), range(8)))
    assert sorted(len(body["messages"]) for body in heard.asked) == [1, 3, 5, 7, 9, 11, 13, 15]
    assert len(claude.conversation("crowd").turns) == 8


async def test_processes_take_turns(database_url: str) -> None:
    """Two desks at one database know nothing of each other, as two processes do: their turns are ordered all the same, and all are kept."""
    desks = [Desk(Database(database_url), poll_s=0.001) for _ in range(2)]
    await desks[0].database.upgrade()
    under_way = 0
    clock = desks[0].clock

    async def ask(number: int) -> int:
        nonlocal under_way
        desk = desks[number % 2]

        def make(now_us: int, until_us: int) -> Opening:
            return Opening(clock.new_id("sess_"), f"req_{number}", b'{"role":"user","content":"x"}', now_us, until_us)

        begun, mine = await desk.begin("shared", make, 30)
        under_way += 1
        assert under_way == 1
        await asyncio.sleep(0)
        under_way -= 1
        assert await desk.finish(mine, Closing(TurnState.ANSWERED, clock.now_us(), b"{}"))
        return len(begun.turns)

    assert sorted(await asyncio.gather(*map(ask, range(6)))) == list(range(6))
    for desk in desks:
        await desk.close()


def test_a_conversation_in_postgresql(claude: Claude, postgres_url: str) -> None:
    """The address of a store may be a PostgreSQL server's: the same conversation is there for all machines."""
    shared = claude.with_options(sessions=postgres_url)
    shared.conversation("shared").say("Hello.")
    assert len(shared.conversation("shared").turns) == 1
    assert claude.conversations.list() == []
    loop.run(closed(postgres_url))


async def closed(address: str) -> None:
    """Close what the process keeps open of a store: the server's databases are dropped when the tests end."""
    await (await desk_at(session_url(address, {}))).close()


def test_the_store_is_the_users_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a word it lies in the user's data folder, readable by nobody else; YUMEN_SESSIONS names another; nonsense is refused."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    with Claude(environment="sandbox") as own:
        own.conversation("mine").say("Hello.")
        path = tmp_path / "home" / "yumen" / "sessions.db"
        assert oct(path.stat().st_mode & 0o777) == "0o600"
        assert oct(path.parent.stat().st_mode & 0o777) == "0o700"
        monkeypatch.setenv("YUMEN_SESSIONS", "mysql://root:secret@host/x")
        with pytest.raises(OperatorError, match="must be sqlite:///PATH or postgresql://HOST/NAME, not mysql") as refused:
            own.conversation("mine")
        assert "secret" not in str(refused.value)


def test_a_fork_and_the_forms_of_export(claude: Claude) -> None:
    """A copy goes its own way; a conversation is exported as all that is stored, as messages, and to read."""
    conversation = claude.conversation("original", system="Be kind.")
    answer = conversation.say("你好")
    copy = conversation.fork("copy")
    copy.say("Only here.")
    assert len(conversation.turns) == 1
    whole = json.loads(copy.export())
    assert (whole["name"], whole["system"], len(whole["turns"])) == ("copy", "Be kind.", 2)
    assert [json.loads(line)["role"] for line in copy.export("jsonl").splitlines()] == ["user", "assistant"] * 2
    assert conversation.export("markdown") == f"# original\n\n## 1\n\n**user**\n\n你好\n\n**assistant**\n\n{answer.text}\n"
    for wrong in ("copy", ""):
        with pytest.raises(OperatorError):
            conversation.fork(wrong)


def test_what_cannot_be_meant_is_refused(claude: Claude) -> None:
    """A name, a text, a policy or a tool that is none is refused before anything is stored."""
    for name in ("", " ", "a\nb", "x" * 201):
        with pytest.raises(OperatorError, match="a conversation's name has"):
            claude.conversation(name)
    with pytest.raises(OperatorError, match="when_full is one of"):
        claude.conversation("x", when_full="forget")  # type: ignore[arg-type]
    with pytest.raises(OperatorError, match="a tool must be a function"):
        claude.conversation("x", tools=["weather"])  # type: ignore[list-item]
    with pytest.raises(OperatorError, match="the text is empty"):
        claude.conversation("x").say("  ")
    assert claude.conversations.list() == []
