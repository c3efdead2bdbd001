"""A conversation that fills its window is fitted by the policy that was chosen, and each turn reuses Claude's cache of the one before."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.client.talking import Heard, refusing
from yumen import Claude, OperatorError
from yumen.client.session_fit import BY_HAND

LONG = "玉门关外的商队每天都会在黎明时分出发。" * 12
"""Some 250 tokens."""


def filled(claude: Claude, when_full: str, turns: int = 6, **more: object) -> list[str]:
    """Say long things until a window of 1,500 tokens must overflow; return what was said."""
    conversation = claude.conversation("full", when_full=when_full, window=1500, max_tokens=64, **more)  # type: ignore[arg-type]
    said = [f"{number}: {LONG}" for number in range(turns)]
    for text in said:
        conversation.say(text)
    return said


def test_refusing(claude: Claude, heard: Heard) -> None:
    """Nothing is sent when it is full; the refusal says by how much, and what else can be done."""
    with pytest.raises(OperatorError, match=r"the conversation full is full: about .* tokens more than there is room for"):
        filled(claude, "refuse", 20)
    asked = len(heard.bodies)
    with pytest.raises(OperatorError):
        claude.conversation("full", window=1500, max_tokens=64).say(LONG)
    assert len(heard.bodies) == asked


def test_dropping(claude: Claude, heard: Heard) -> None:
    """The oldest turns are left out of what is sent, so many that the next turns fit too; in the store they are marked."""
    said = filled(claude, "drop", 8)
    turns = claude.conversation("full").turns
    assert [turn.dropped for turn in turns] == sorted((turn.dropped for turn in turns), reverse=True)
    assert 0 < sum(turn.dropped for turn in turns) < 8
    sent = [message["content"] for message in heard.asked[-1]["messages"] if message["role"] == "user"]
    assert sent == said[-len(sent) :]
    assert len({body["messages"][0]["content"] for body in heard.asked}) <= 4, "the beginning changes seldom, or the cache is of no use"


def test_tools_go_with_their_results(claude: Claude, heard: Heard) -> None:
    """What is left never begins with the result of a call that was dropped."""

    def look() -> str:
        """Look."""
        return LONG

    conversation = claude.conversation("tools", when_full="drop", window=1200, max_tokens=64, tools=[look])
    for number in range(6):
        conversation.say(f"{number}: please call look")
    assert any(turn.dropped for turn in conversation.turns)
    for body in heard.asked:
        assert isinstance(body["messages"][0]["content"], str)


def test_summarising_offline(claude: Claude, heard: Heard) -> None:
    """On the sandbox a summary is made by hand, and says so; it stands before what is left, and a later one keeps it."""
    filled(claude, "summarise", 9)
    first = heard.asked[-1]["messages"][0]["content"]
    assert BY_HAND in first
    assert first.count(BY_HAND) == 1
    assert "\n< " in first
    assert "玉门关外" in first
    assert heard.asked[-1]["messages"][1] == {"role": "assistant", "content": "Understood."}


def test_summarising_with_claude(claude: Claude, heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    """Claude is asked behind the turns themselves, in the same bytes, so that its cache of them is read; its words stand for them."""
    monkeypatch.setattr(type(claude), "is_sandbox", False)
    filled(claude, "summarise", 6)
    asked = [body for body in heard.asked if "Sum up" in str(body["messages"][-1]["content"])]
    assert asked
    assert asked[0]["messages"][-1]["content"].startswith("Sum up this conversation")
    assert heard.asked[0]["messages"][0] == asked[0]["messages"][0]
    assert heard.asked[-1]["messages"][0]["content"].startswith("What was said before, summed up:")


def test_the_server_knows_better(claude: Claude, heard: Heard) -> None:
    """Where the estimate said it fits and the server says it does not, turns go by the server's count and it is asked once more."""
    conversation = claude.conversation("server", when_full="drop")
    for number in range(4):
        conversation.say(f"{number}: {LONG}")
    refuse = refusing(400, "prompt is too long: 2000 tokens > 1500 maximum")
    heard.before = lambda request: refuse(request) if b'"0: ' in request.read() else None
    conversation.say("last")
    assert [turn.dropped for turn in conversation.turns][:2] == [True, True]
    assert [turn.dropped for turn in conversation.turns][-2:] == [False, False]


def test_each_turn_reads_the_one_before_from_the_cache(claude: Claude) -> None:
    """From the second turn on all but what is new is read from Claude's cache; what that saved is shown in tokens and money."""
    conversation = claude.conversation("cached", system=LONG)
    for number in range(3):
        conversation.say(f"{number}: {LONG}")
    turns = [turn.usage for turn in conversation.turns]
    assert turns[0].cache_read_tokens == 0
    for before, after in pairwise(turns):
        assert after.cache_read_tokens == before.prompt_tokens
    saved = conversation.saved
    assert saved.tokens == sum(usage.cache_read_tokens for usage in turns)
    written = sum(usage.cache_write_5m_tokens for usage in turns)
    assert saved.nanousd is not None
    assert saved.usd is not None
    assert saved.nanousd > 0
    assert saved.nanousd == pytest.approx((saved.tokens * 0.9 - written * 0.25) * 3000, rel=0.4)
    assert claude.conversation("other", system=LONG).say("Hello.").usage.cache_read_tokens > 0, "a new one reads the system prompt"


def test_a_long_turn_does_not_hide_the_cache(claude: Claude, heard: Heard) -> None:
    """A turn of more blocks than Claude looks back gets a mark at the end of the prompt before it."""
    conversation = claude.conversation("blocks", system=LONG)
    conversation.say("Hello.")
    conversation.say([{"type": "text", "text": f"part {number}"} for number in range(25)])
    first, second = (turn.usage for turn in conversation.turns)
    assert second.cache_read_tokens == first.prompt_tokens
    assert heard.bodies[1].count(b"cache_control") == 3


def test_caching_can_be_left_to_the_caller(claude: Claude, heard: Heard) -> None:
    """With `cache="off"` nothing is marked; with marks of the caller's own none is added."""
    claude.conversation("off", cache="off", system="Be kind.").say("Hello.")
    marked = [{"type": "text", "text": "Be kind.", "cache_control": {"type": "ephemeral", "ttl": "1h"}}]
    claude.conversation("own", system=marked).say("Hello.")  # type: ignore[arg-type]
    assert [body.count(b"cache_control") for body in heard.bodies] == [0, 1]


def test_a_long_chinese_conversation(claude: Claude, heard: Heard) -> None:
    """Some 30,000 tokens of Chinese are held, resumed by name and fitted; `bench/conversation.py` does it with 100,000."""
    conversation = claude.conversation("长谈", when_full="drop", window=20_000, max_tokens=64)
    for number in range(10):
        conversation.say(f"第{number}段：" + "商队带着丝绸和茶叶，穿过戈壁，来到玉门关前。" * 140)
    turns = claude.conversation("长谈").turns
    assert sum(len(turn.question) for turn in turns) > 90_000
    assert any(turn.dropped for turn in turns)
    assert turns[-1].usage.prompt_tokens <= 20_000
    assert heard.asked[-1]["messages"][-1]["content"].startswith("第9段")
