"""Chat completions: the same answers in the other shape."""

from __future__ import annotations

import json
from typing import Any

from tests.sandbox.doubles import WEATHER, Answer, Bench, asking

FUNCTION = {"type": "function", "function": {"name": "get_weather", "parameters": WEATHER["input_schema"]}}


async def chat(body: dict[str, Any]) -> Answer:
    """Send a chat body."""
    return await Bench().call("POST", "/v1/chat/completions", json.dumps({"model": "claude-opus-4-6"} | body).encode())


def says(text: str, **fields: object) -> dict[str, Any]:
    """Return a chat body."""
    return {"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": text}]} | fields


def chunks(answer: Answer) -> list[dict[str, Any]]:
    """Return the chunks of a stream."""
    lines = answer.body.decode().split("\n\n")
    assert lines[-2:] == ["data: [DONE]", ""]
    return [json.loads(line.removeprefix("data: ")) for line in lines[:-2]]


async def test_plain() -> None:
    """A plain answer has one choice and a usage that adds up to that of Messages."""
    answer = (await chat(says("ping"))).json
    assert answer["object"] == "chat.completion"
    assert answer["choices"][0]["message"]["content"] == "pong"
    assert answer["choices"][0]["finish_reason"] == "stop"
    usage = answer["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    counted = await Bench().post("/v1/messages/count_tokens", asking("ping", system="Be brief."))
    assert usage["prompt_tokens"] == counted.json["input_tokens"]


async def test_stream() -> None:
    """A stream says what the plain answer says, and its usage when it is asked for."""
    body = says("write a story")
    plain = (await chat(body)).json
    streamed = chunks(await chat(body | {"stream": True, "stream_options": {"include_usage": True}}))
    text = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in streamed if chunk["choices"])
    assert text == plain["choices"][0]["message"]["content"]
    assert streamed[-1]["usage"] == plain["usage"]
    assert streamed[-2]["choices"][0]["finish_reason"] == "stop"
    assert all("usage" not in chunk for chunk in chunks(await chat(body | {"stream": True})))


async def test_tools() -> None:
    """A demanded function is called, streamed or not, and its result is answered in words."""
    body = says("Paris in celsius", tools=[FUNCTION], tool_choice="required")
    choice = (await chat(body)).json["choices"][0]
    call = choice["message"]["tool_calls"][0]
    assert choice["finish_reason"] == "tool_calls"
    assert json.loads(call["function"]["arguments"])["unit"] == "celsius"
    streamed = chunks(await chat(body | {"stream": True}))
    assert any(chunk["choices"][0]["delta"].get("tool_calls") for chunk in streamed)
    turns = [*body["messages"], {"role": "assistant", "tool_calls": [call]}, {"role": "tool", "tool_call_id": call["id"], "content": "18"}]
    second = (await chat({"messages": turns, "tools": [FUNCTION]})).json
    assert "18" in second["choices"][0]["message"]["content"]


async def test_limits_and_stops() -> None:
    """max_tokens and stop hold here too."""
    assert (await chat(says("write a story", max_tokens=5))).json["choices"][0]["finish_reason"] == "length"
    assert (await chat(says("count to 10", stop="3"))).json["choices"][0]["message"]["content"] == "1, 2, "


async def test_wrong_body() -> None:
    """What is wrong is refused in Claude's envelope."""
    assert (await chat({"messages": []})).status == 400
    assert (await Bench().call("POST", "/v1/chat/completions", b"no")).status == 400
