"""Text Completions in both dialects."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest

from tests.sandbox.doubles import Answer, Bench

HUMAN = "\n\nHuman:"


def prompt(text: str = "hello", **fields: object) -> dict[str, Any]:
    """Return a Text Completions body."""
    return {"model": "claude-2", "prompt": f"{HUMAN} {text}\n\nAssistant:", "max_tokens_to_sample": 300} | fields


async def complete(body: dict[str, Any], version: str | None) -> Answer:
    """Send a Text Completions body."""
    headers = {} if version is None else {"anthropic-version": version}
    return await Bench().call("POST", "/v1/complete", json.dumps(body).encode(), headers)


@pytest.mark.parametrize("version", [None, "2023-01-01"])
async def test_first_dialect(version: str | None) -> None:
    """The first dialect, also that of callers without a version, has these fields; the text begins with a space."""
    answer = (await complete(prompt("ping"), version)).json
    assert answer | {"log_id": ""} == {
        "completion": " pong",
        "stop_reason": "stop_sequence",
        "model": "claude-2",
        "stop": HUMAN,
        "truncated": False,
        "log_id": "",
        "exception": None,
    }


async def test_second_dialect() -> None:
    """The second dialect names its type and its id."""
    answer = (await complete(prompt("ping"), "2023-06-01")).json
    assert (answer["type"], answer["completion"], answer["model"]) == ("completion", " pong", "claude-2")
    assert answer["id"].startswith("compl_")
    assert answer["log_id"] == answer["id"]


async def test_cumulative_stream() -> None:
    """The first dialect streams unnamed events that each hold all the text so far, and ends in [DONE]."""
    body = prompt("count to 10")
    plain = (await complete(body, "2023-01-01")).json
    raw = (await complete(body | {"stream": True}, "2023-01-01")).body
    assert raw.endswith(b"data: [DONE]\r\n\r\n")
    events = [event for event in raw.decode().split("\r\n\r\n") if event]
    assert events[1] == 'event: ping\r\ndata: {"type": "ping"}'
    states = [json.loads(event.removeprefix("data: ")) for event in events if event.startswith("data: {")]
    texts = [state["completion"] for state in states]
    assert all(after.startswith(before) for before, after in pairwise(texts))
    assert states[-1] | {"log_id": ""} == plain | {"log_id": ""}
    assert all(state["stop_reason"] is None for state in states[:-1])


async def test_incremental_stream() -> None:
    """The second dialect streams named events with the new text alone."""
    body = prompt("count to 10")
    plain = (await complete(body, "2023-06-01")).json
    events = (await complete(body | {"stream": True}, "2023-06-01")).events
    pieces = [data for name, data in events if name == "completion"]
    assert {name for name, _ in events} == {"completion", "ping"}
    assert "".join(piece["completion"] for piece in pieces) == plain["completion"]
    assert (pieces[-1]["completion"], pieces[-1]["stop_reason"], pieces[-1]["stop"]) == ("", "stop_sequence", HUMAN)


@pytest.mark.parametrize(
    ("fields", "reason", "stop"),
    [({"max_tokens_to_sample": 2}, "max_tokens", None), ({"stop_sequences": ["5"]}, "stop_sequence", "5"), ({}, "stop_sequence", HUMAN)],
)
async def test_stops(fields: dict[str, Any], reason: str, stop: str | None) -> None:
    """Why it stopped is said in the words of 2023."""
    answer = (await complete(prompt("count to 10", **fields), "2023-06-01")).json
    assert (answer["stop_reason"], answer["stop"]) == (reason, stop)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"prompt": "x", "max_tokens_to_sample": 1}, "model: Field required"),
        ({"model": "claude-2", "max_tokens_to_sample": 1}, "prompt: Field required"),
        ({"model": "claude-2", "prompt": "x"}, "max_tokens_to_sample: Field required"),
        (prompt(max_tokens_to_sample=0), "max_tokens_to_sample: Input should be greater than or equal to 1"),
        (prompt(prompt=3), "prompt: Input should be a valid string"),
        (prompt(prompt="hello"), 'prompt must start with "\\n\\nHuman:" turn after an optional system prompt'),
        (prompt(prompt="\n\nHuman: hello"), 'prompt must end with "\\n\\nAssistant:" turn'),
        (prompt("道" * 101_000), None),
    ],
)
async def test_wrong_prompts(body: dict[str, Any], message: str | None) -> None:
    """A wrong body is refused in the words of then, and claude-2's window is 100,000 tokens."""
    answer = await complete(body, "2023-06-01")
    assert answer.status == 400
    if message is None:
        assert answer.message.endswith("tokens > 100000 maximum")
    else:
        assert answer.message == message


async def test_large_max_tokens_is_no_fault() -> None:
    """Programs of 2023 asked for as many tokens as the window holds, and were answered."""
    assert (await complete(prompt(max_tokens_to_sample=100_000), "2023-06-01")).status == 200


async def test_turns_and_system() -> None:
    """Earlier turns and words before the first turn are read; the last question is answered."""
    body = prompt(prompt=f"Be brief.{HUMAN} hello\n\nAssistant: Hi!{HUMAN} ping\n\nAssistant:")
    assert (await complete(body, "2023-06-01")).json["completion"] == " pong"
