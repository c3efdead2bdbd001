"""Rules: a file of them decides what is answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sandbox.doubles import WEATHER, Bench, asking
from yumen.errors import OperatorError
from yumen.sandbox.rulebook import load_rules

RULES = r"""
[[rule]]
name = "order"
when = { text = "order (\\d+) from (\\w+)" }
text = "Order {{1}} from {{2}}, {{model}}."

[[rule]]
name = "model"
when = { text = "^who", model = "claude-haiku-*" }
text = "a haiku"

[[rule]]
name = "system"
when = { system = "pirate" }
text = "Arr."

[[rule]]
name = "tool"
when = { text = "storm", tool = "get_*" }
text = "Looking."
tools = [{ name = "get_weather", input = { location = "Dunhuang", unit = "celsius" } }]

[[rule]]
name = "thinking"
when = { text = "ponder" }
thinking = "Hm, {{not a template}}."
text = "Done."

[[rule]]
name = "flaky"
when = { text = "flaky" }
times = 2
error = { status = 529, retry_after_s = 3 }

[[rule]]
name = "limit"
when = { text = "too fast" }
error = { status = 429, message = "Slow down.", should_retry = false }

[[rule]]
name = "no"
when = { text = "forbidden" }
refusal = { category = "cyber", explanation = "No." }

[[rule]]
name = "pause"
when = { text = "pause" }
text = "..."
stop_reason = "pause_turn"

[[rule]]
name = "slow"
when = { text = "slowly" }
text = "one two three"
trouble = { first_byte_ms = 1500, token_ms = 20 }

[[rule]]
name = "weights"
when = { text = "coin" }
text = [{ text = "heads", weight = 1 }, { text = "tails", weight = 3 }]
"""


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A sandbox with the rules of this file."""
    path = tmp_path / "rules.toml"
    path.write_text(RULES, encoding="utf-8")
    return Bench(rules=path)


async def text(bench: Bench, said: str, **fields: object) -> str:
    """Return the words of an answer."""
    content = (await bench.ask(asking(said, **fields))).json["content"]
    return "".join(block.get("text", "") for block in content)


async def test_matching(bench: Bench) -> None:
    """Text, model and system decide; what the expression caught can be said."""
    assert await text(bench, "Order 66 from Endor") == "Order 66 from Endor, claude-opus-4-6."
    assert await text(bench, "who", model="claude-haiku-4-5") == "a haiku"
    assert await text(bench, "who") != "a haiku"
    assert await text(bench, "hello", system="Talk like a pirate.") == "Arr."


async def test_built_in_rules_follow(bench: Bench) -> None:
    """What no rule of the file fits is answered by the built-in ones."""
    assert await text(bench, "ping") == "pong"


async def test_built_in_rules_can_be_left_out(tmp_path: Path) -> None:
    """A file may stand alone; what fits nothing still gets an answer."""
    path = tmp_path / "rules.toml"
    path.write_text("built_in = false\n", encoding="utf-8")
    assert await text(Bench(rules=path), "ping", temperature=0) == "OK."


async def test_rule_calls_a_tool(bench: Bench) -> None:
    """A rule calls a tool with its input, and only where it is on offer."""
    content = (await bench.say("storm", tools=[WEATHER])).json["content"]
    assert content[0]["text"] == "Looking."
    assert content[1]["input"] == {"location": "Dunhuang", "unit": "celsius"}
    assert all(block["type"] == "text" for block in (await bench.say("storm")).json["content"])


async def test_rule_thinks(bench: Bench) -> None:
    """A rule's thinking is shown where thinking is on."""
    content = (await bench.say("ponder", thinking={"type": "adaptive"})).json["content"]
    assert (content[0]["thinking"], content[1]["text"]) == ("Hm, {{not a template}}.", "Done.")


async def test_rule_fails_some_times(bench: Bench) -> None:
    """A rule with `times` holds for the first so many requests, so that a retry can succeed; a reset begins anew."""
    answers = [await bench.say("flaky") for _ in range(3)]
    assert [answer.status for answer in answers] == [529, 529, 200]
    assert answers[0].headers["retry-after"] == "3"
    assert answers[0].message == "Overloaded"
    await bench.call("POST", "/sandbox/reset")
    assert (await bench.say("flaky")).status == 529


async def test_rule_refuses(bench: Bench) -> None:
    """A rule's error has its message and headers; its refusal is an answer of Claude's kind."""
    limited = await bench.say("too fast")
    assert (limited.status, limited.message, limited.headers["x-should-retry"]) == (429, "Slow down.", "false")
    assert limited.headers["anthropic-ratelimit-requests-remaining"] == "0"
    refused = (await bench.say("forbidden")).json
    assert refused["stop_details"] == {"type": "refusal", "category": "cyber", "explanation": "No."}
    assert (await bench.say("pause")).json["stop_reason"] == "pause_turn"


async def test_rule_is_slow(bench: Bench) -> None:
    """A rule's delays come before the first byte and between the pieces."""
    await bench.ask(asking("slowly", stream=True))
    assert bench.slept[0] == 1.5
    assert set(bench.slept[1:]) == {0.02}


async def test_weights(bench: Bench) -> None:
    """The heavier wording is the certain one at temperature 0, and both come above it."""
    assert await text(bench, "coin", temperature=0) == "tails"
    assert {await text(bench, "coin") for _ in range(40)} == {"heads", "tails"}


def test_built_in_rules_are_right() -> None:
    """The built-in file loads, its last rule fits everything, and no two rules share a name."""
    rules = load_rules(None)
    assert len({rule.name for rule in rules}) == len(rules)
    assert rules[-1].when == type(rules[-1].when)()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("[[rule]]\ntext = 'x'", "name"),
        ("[[rule]]\nname = 'a'\nwhen = { txt = 'x' }", "txt"),
        ("[[rule]]\nname = 'a'\nwhen = { text = '(' }", "bad regular expression"),
        ("[[rule]]\nname = 'a'\n[[rule]]\nname = 'a'", "two rules"),
        ("[[rule", "is not right"),
        ("[[rule]]\nname = 'a'\ntimes = 'often'", "times"),
    ],
)
def test_bad_files(tmp_path: Path, content: str, complaint: str) -> None:
    """A file that is wrong is refused at the start with what is wrong in it."""
    path = tmp_path / "rules.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(OperatorError, match=complaint):
        load_rules(path)


def test_missing_file(tmp_path: Path) -> None:
    """A file that is not there is refused by its name."""
    with pytest.raises(OperatorError, match=r"nowhere\.toml"):
        load_rules(tmp_path / "nowhere.toml")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Reply with exactly: tea house", "tea house"),
        ("请只回答：玉门", "玉门"),
        ("repeat after me: one two", "one two"),
        ("重复一遍：长城", "长城"),
        ("ping", "pong"),
        ("count to ten", "1, 2, 3, 4, 5, 6, 7, 8, 9, 10"),
    ],
)
async def test_built_in_answers(said: str, words: str) -> None:
    """Wishes that have one right answer get it."""
    assert await text(Bench(), said) == words


@pytest.mark.parametrize(
    "said", ["hello", "你好", "who are you?", "你是谁", "write a story", "写一个故事", "write some code", "return json", "谢谢"]
)
async def test_kinds_of_answers(said: str) -> None:
    """Each usual kind of request gets an answer of its own, with no template left in it."""
    words = await text(Bench(), said)
    assert words
    assert "{{" not in words
