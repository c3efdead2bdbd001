"""Messages, plain: shape, limits, usage, repetition."""

from __future__ import annotations

import re

import pytest

from tests.sandbox.doubles import MODEL, Bench, asking
from yumen.claude import estimate_text
from yumen.sandbox.setting import CURRENT_VERSION


async def test_answer_has_every_field() -> None:
    """A message carries every field of the API, null where there is nothing to say."""
    message = (await Bench().say("hello")).json
    assert set(message) == {
        *("model", "id", "type", "role", "content", "stop_reason", "stop_sequence", "stop_details", "container", "diagnostics", "usage")
    }
    assert message["type"] == "message"
    assert message["role"] == "assistant"
    assert message["stop_reason"] == "end_turn"
    assert message["content"][0] == {"type": "text", "text": message["content"][0]["text"], "citations": None}
    assert re.fullmatch(r"msg_01[0-9A-Za-z]{22,}", message["id"])
    assert set(message["usage"]) == {
        *("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "cache_creation", "output_tokens"),
        *("output_tokens_details", "server_tool_use", "service_tier", "inference_geo"),
    }


async def test_headers_are_those_of_claude() -> None:
    """An answer names its request, its organization and all twelve rate limits, and says honestly who serves it."""
    answer = await Bench().say("hello")
    assert answer.headers["request-id"].startswith("req_")
    assert answer.headers["anthropic-organization-id"]
    assert answer.headers["server"] == "yumen-sandbox"
    assert sum(name.startswith("anthropic-ratelimit-") for name in answer.headers) == 12


async def test_alias_answers_with_its_dated_name() -> None:
    """An alias is answered under the model's own id."""
    message = (await Bench().say("hello", model="claude-haiku-4-5")).json
    assert message["model"] == "claude-haiku-4-5-20251001"


@pytest.mark.parametrize("model", ["gpt-9", "claude-opus-99", "claude-2", "my-model"])
async def test_any_model_is_served(model: str) -> None:
    """A lenient sandbox answers to every name."""
    assert (await Bench().say("hello", model=model)).status == 200


async def test_counts_agree() -> None:
    """count_tokens says what a message's input adds up to, whatever is in the prompt."""
    bench = Bench()
    body = asking(
        system=[{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}],
        tools=[{"name": "t1", "input_schema": {"type": "object"}}],
        messages=[
            {"role": "user", "content": [{"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}]},
            {"role": "assistant", "content": "A picture."},
            {"role": "user", "content": [{"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "words"}}]},
        ],
    )
    usage = (await bench.ask(body)).json["usage"]
    counted = (await bench.post("/v1/messages/count_tokens", body)).json
    total = usage["input_tokens"] + usage["cache_creation_input_tokens"] + usage["cache_read_input_tokens"]
    assert counted == {"input_tokens": total}


async def test_output_tokens_are_those_of_the_text() -> None:
    """The output's count is the estimate of the words that were sent."""
    message = (await Bench().say("hello")).json
    assert message["usage"]["output_tokens"] == estimate_text(message["content"][0]["text"], MODEL)


@pytest.mark.parametrize("limit", [1, 2, 7, 20])
async def test_max_tokens_cuts(limit: int) -> None:
    """An answer that reaches max_tokens is cut there, says so, and counts exactly that."""
    message = (await Bench().say("write a story", max_tokens=limit)).json
    assert message["stop_reason"] == "max_tokens"
    assert message["usage"]["output_tokens"] == limit
    assert estimate_text(message["content"][0]["text"], MODEL) <= limit if message["content"] else limit == 1


async def test_max_tokens_zero_warms_the_cache() -> None:
    """max_tokens 0 makes nothing but fills the cache."""
    bench = Bench()
    system = [{"type": "text", "text": "You are terse. " * 20, "cache_control": {"type": "ephemeral"}}]
    first = (await bench.say("hello", max_tokens=0, system=system)).json
    second = (await bench.say("hello", system=system)).json
    assert first["content"] == []
    assert first["usage"]["output_tokens"] == 0
    assert second["usage"]["cache_read_input_tokens"] == first["usage"]["cache_creation_input_tokens"] > 0


async def test_stop_sequence_ends_the_answer() -> None:
    """The first stop sequence ends the text, is left out of it, and is named."""
    message = (await Bench().say("count to 10", stop_sequences=["7", "4,"])).json
    assert message["content"][0]["text"] == "1, 2, 3, "
    assert (message["stop_reason"], message["stop_sequence"]) == ("stop_sequence", "4,")


async def test_stop_sequence_at_once_leaves_nothing() -> None:
    """A text that begins with its stop sequence leaves no empty block."""
    message = (await Bench().say("count to 10", stop_sequences=["1"])).json
    assert message["content"] == []
    assert message["stop_reason"] == "stop_sequence"


async def test_chinese_is_answered_in_chinese() -> None:
    """A Chinese question gets a Chinese answer."""
    text = (await Bench().say("请介绍一下玉门关")).json["content"][0]["text"]
    assert any("\u4e00" <= character <= "\u9fff" for character in text)


async def test_temperature_zero_repeats() -> None:
    """At temperature 0 the same request gets the same words, however often it comes."""
    bench = Bench()
    texts = {(await bench.say("tell me something", temperature=0)).json["content"][0]["text"] for _ in range(8)}
    assert len(texts) == 1


async def test_temperature_one_draws_and_can_be_repeated() -> None:
    """Above 0 each coming is a draw of its own, and a second sandbox with the same seed draws the same."""
    first, second, other = Bench(), Bench(), Bench(seed=7)
    runs = [[(await bench.say("tell me something")).json["content"][0]["text"] for _ in range(8)] for bench in (first, second, other)]
    assert len(set(runs[0])) > 1
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


async def test_reset_begins_again() -> None:
    """After a reset the draws and the cache are as after a start."""
    bench = Bench()
    before = [(await bench.say("tell me something")).json["content"] for _ in range(3)]
    assert (await bench.call("POST", "/sandbox/reset")).status == 200
    after = [(await bench.say("tell me something")).json["content"] for _ in range(3)]
    assert before == after


async def test_ids_are_unique() -> None:
    """No two answers share an id, even where their words are the same."""
    bench = Bench()
    ids = {(await bench.say("hello", temperature=0)).json["id"] for _ in range(20)}
    assert len(ids) == 20


async def test_turns_and_system_turns_are_read() -> None:
    """The last user turn is answered; a system turn in the conversation is accepted where the model takes it."""
    messages = [
        {"role": "user", "content": "hello"},
        {"role": "assistant", "content": "Hi!"},
        {"role": "user", "content": "ping"},
        {"role": "system", "content": "Stay short."},
    ]
    answer = await Bench().ask({"model": "claude-opus-5-5", "max_tokens": 50, "messages": messages})
    assert answer.json["content"][0]["text"] == "pong"


async def test_structured_output_follows_its_schema() -> None:
    """An output format with a schema is answered with JSON that fits it."""
    schema = {
        "type": "object",
        "properties": {"city": {"enum": ["Xi'an", "Dunhuang"]}, "days": {"type": "integer"}},
        "required": ["city", "days"],
    }
    answer = await Bench().say("3 days in Dunhuang", output_config={"format": {"type": "json_schema", "schema": schema}})
    assert answer.json["content"][0]["text"] == '{"city":"Dunhuang","days":3}'


async def test_refusal_has_its_details() -> None:
    """The documented test string is refused as Claude refuses: no content, a reason, its details."""
    message = (
        await Bench().say("ANTHROPIC_MAGIC_STRING_TRIGGER_REFUSAL_1FAEFB6177B4672DEE07F9D3AFC62588CCD2631EDCF22E8CCC1FB35B501C9C86")
    ).json
    assert message["content"] == []
    assert message["stop_reason"] == "refusal"
    assert message["stop_details"]["type"] == "refusal"
    assert message["usage"]["output_tokens"] == 0


async def test_prompt_beyond_the_window_is_refused() -> None:
    """A prompt that is too long gets the sentence on which clients compact."""
    answer = await Bench().say("道" * 210_000, model="claude-haiku-4-5")
    assert answer.status == 400
    assert re.fullmatch(r"prompt is too long: \d+ tokens > 200000 maximum", answer.message)


async def test_window_ends_the_answer() -> None:
    """Where less of the window is left than max_tokens, the answer ends with it and says so."""
    bench = Bench()
    words = "道" * 190_000
    counted = (await bench.post("/v1/messages/count_tokens", asking(words, model="claude-haiku-4-5"))).json["input_tokens"]
    text = "道" * (190_000 + (199_990 - counted) * 190_000 // counted) + " write a story"
    message = (await bench.say(text, model="claude-haiku-4-5", max_tokens=64_000)).json
    assert message["stop_reason"] == "model_context_window_exceeded"


async def test_old_models_count_max_tokens_in() -> None:
    """Models before 4.5 refuse a prompt whose max_tokens does not fit the window."""
    answer = await Bench().say("道" * 190_000, model="claude-opus-4-1", max_tokens=32_000)
    assert re.match(r"input length and `max_tokens` exceed context limit: \d+ \+ 32000 > 200000", answer.message)


async def test_current_version_answers() -> None:
    """The newest API version is served."""
    answer = await Bench().ask(asking(), anthropic_version=CURRENT_VERSION)
    assert answer.status == 200
