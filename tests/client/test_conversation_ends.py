"""How turns end that do not go as most do: refused, left, interrupted, unsendable; the conversation goes on after each."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.claude.streams import answer_body
from tests.client.talking import Heard, talking_async
from yumen import Claude, OperatorError
from yumen.client import loop
from yumen.client.conversing import Doing
from yumen.client.turn_steps import Step
from yumen.sessions import TurnState

PICTURE = {"type": "base64", "media_type": "image/png"}


def saying(**fields: object) -> Callable[[httpx2.Request], httpx2.Response | None]:
    """A server whose every message has those fields."""

    def answer(request: httpx2.Request) -> httpx2.Response | None:
        return httpx2.Response(200, content=answer_body(**fields)) if request.url.path == "/v1/messages" else None

    return answer


@pytest.mark.parametrize(
    "fields",
    [
        {"stop_reason": "refusal", "content": [{"type": "text", "text": "I had begun"}]},
        {"stop_reason": "max_tokens", "content": [{"type": "thinking", "thinking": "Hm", "signature": "c2ln"}]},
    ],
    ids=["refused", "only thought"],
)
def test_what_claude_would_not_take_back_does_not_stand(claude: Claude, heard: Heard, fields: dict[str, object]) -> None:
    """A refusal, with words or without, and an answer that is thinking alone are returned, and left out of what is sent later."""
    conversation = claude.conversation("void")
    heard.before = saying(**fields)
    assert conversation.say("One.").message.stop_reason == fields["stop_reason"]
    assert [turn.state for turn in conversation.turns] == [TurnState.BROKEN]
    heard.before = lambda _: None
    conversation.say("Two.")
    assert heard.asked[-1]["messages"] == [{"role": "user", "content": "Two."}]


def test_marks_of_earlier_turns_are_not_sent_again(claude: Claude, heard: Heard) -> None:
    """A caller may mark a block in every turn: Claude, which takes four marks, is sent those of the last one."""
    conversation = claude.conversation("marks")
    for number in range(6):
        conversation.say([{"type": "text", "text": f"part {number}", "cache_control": {"type": "ephemeral"}}])
    assert [body.count(b"cache_control") for body in heard.bodies] == [1] * 6
    sent = [json.dumps(body["messages"]).replace(', "cache_control": {"type": "ephemeral"}', "")[:-1] for body in heard.asked]
    assert sent[5].startswith(sent[4])


def test_a_summary_is_asked_for_in_a_form_that_can_come(claude: Claude, heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    """A forced tool, a schema or a large budget for thinking are the turns' own: the summary is a text, with room beside the thinking."""
    monkeypatch.setattr(type(claude), "is_sandbox", False)
    heard.before = saying()
    schema = {"type": "json_schema", "schema": {"type": "object", "properties": {}, "additionalProperties": False}}
    said: dict[str, Any] = {"thinking": {"type": "enabled", "budget_tokens": 6000}, "tool_choice": {"type": "any"}, "stop_sequences": ["."]}
    said |= {"output_config": {"effort": "low", "format": schema}}
    conversation = claude.conversation("sum", when_full="summarise", window=700, max_tokens=8000, **said)
    for number in range(3):
        conversation.say(f"{number} word" * 150)
    asked, *_ = [body for body in heard.asked if "Sum up" in str(body["messages"][-1]["content"])]
    assert asked["max_tokens"] > asked["thinking"]["budget_tokens"] == 6000
    assert asked["output_config"] == {"effort": "low"}
    assert not {"tool_choice", "stop_sequences"} & set(asked)


def test_what_no_json_can_say(claude: Claude, heard: Heard, tmp_path: Path) -> None:
    """Half a character in a tool's result is replaced, an object that is no JSON is an error for Claude, one that is said is refused."""

    def look() -> str:
        """Look."""
        return "caf\udce9"

    def show() -> list[dict[str, object]]:
        """Show."""
        return [{"type": "text", "text": object()}]

    conversation = claude.conversation("odd", tools=[look, show])
    for name in ("look", "show"):
        conversation.say(f"please call {name}")
    results = [body["messages"][-1]["content"][0] for body in heard.asked[1::2]]
    assert results[0]["content"] == "caf?"
    assert results[1]["is_error"] is True
    for content in (
        "caf\udce9",
        [{"type": "text", "text": object()}],
        [{"type": "image", "source": PICTURE | {"data": tmp_path / "none"}}],
    ):
        with pytest.raises(OperatorError, match="cannot be sent"):
            conversation.say(content)
    assert [turn.state for turn in conversation.turns] == [TurnState.ANSWERED] * 2


def test_blocks_of_the_sdk_and_files_are_said_as_they_are(claude: Claude, heard: Heard, tmp_path: Path) -> None:
    """What `messages.create` takes beside JSON is taken here too, and is stored as it is sent."""
    heard.before = saying()
    first = claude.conversation("blocks").say("One.")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    picture = {"type": "image", "source": PICTURE | {"data": tmp_path / "picture.png"}}
    claude.conversation("blocks").say([*first.message.content, picture])
    said = heard.asked[-1]["messages"][-1]["content"]
    assert said == [{"type": "text", "text": "Hi"}, {"type": "image", "source": PICTURE | {"data": "iVBORw=="}}]


async def test_a_loop_that_is_left_leaves_the_answer(tmp_path: Path) -> None:
    """After `break` in `async for` the next turn does not wait for the one that nobody reads any more."""
    async with talking_async(tmp_path) as claude:
        conversation = claude.conversation("left")
        spoken = await conversation.say("Tell me a story.", stream=True)
        async for _ in spoken:
            break
        conversation._patience_s = 5.0
        assert (await conversation.say("And?")).text
        with pytest.raises(RuntimeError, match="left before its end"):
            await spoken.answer()
        assert [turn.state for turn in await conversation.turns()] == [TurnState.BROKEN, TurnState.ANSWERED]


def test_a_stream_that_is_dropped_ends_in_any_thread(claude: Claude) -> None:
    """The garbage collector may close it in the thread of the shared loop, which cannot wait for itself: the turn ends all the same."""
    conversation = claude.conversation("dropped")
    conversation._patience_s = 5.0
    held = [iter(conversation.say("Tell me a story.", stream=True))]
    assert next(held[0])

    async def drop() -> None:
        held.clear()

    loop.run(drop())
    assert conversation.say("And?").text


class Stopped(BaseException):
    """Ctrl-C."""


@pytest.mark.parametrize("error", [RuntimeError, Stopped])
@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
def test_whatever_step_fails_the_conversation_goes_on(
    claude: Claude, heard: Heard, monkeypatch: pytest.MonkeyPatch, error: type[BaseException], *, late: bool
) -> None:
    """Each step of a turn with a tool's call fails in its turn: the next turn is asked at once, and only whole turns stand before it."""

    def look() -> str:
        """Look."""
        return "7"

    do, left = Doing.do, [0]

    def failing(self: Doing, step: Step) -> Any:  # noqa: ANN401  (of any step)
        left[0] -= 1
        if left[0] == 0 and not late:
            raise error
        outcome = do(self, step)
        if left[0] == 0:
            raise error
        return outcome

    monkeypatch.setattr(Doing, "do", failing)
    conversation = claude.conversation("sweep", tools=[look])
    conversation._patience_s = 5.0
    answered = 0
    for step in range(1, 20):
        left[0] = step
        try:
            conversation.say("please call look")
        except error:
            assert conversation.say("Go on.").text
            questions = [message for message in heard.asked[-1]["messages"] if message["content"] == "please call look"]
            answered = len([turn for turn in conversation.turns if turn.state is TurnState.ANSWERED and b"tool_result" in turn.question])
            assert len(questions) == answered
            continue
        break
    assert step == 8, "find, begin, send, run, grow, send, finish"
    assert answered == (1 if late else 0), "the last step alone is the end of the turn"
    assert {turn.state for turn in conversation.turns} == {TurnState.ANSWERED, TurnState.BROKEN}
