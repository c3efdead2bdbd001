"""Message threads: the sandbox keeps a conversation between its turns."""

from __future__ import annotations

from typing import Any

from tests.sandbox.doubles import WEATHER, Bench, asking

BETA = "message-threads-2026-08-12"


def turn(text: str, previous: str | None = None, **fields: object) -> dict[str, Any]:
    """Return the body of a thread's next turn."""
    thread = {"type": "continue", "previous_message_id": previous} if previous else {"type": "create"}
    return asking(text, thread=thread, **fields)


async def test_a_thread_goes_on(bench: Bench) -> None:
    """A turn that continues a thread is answered, and counted, with all that came before it, system and tools included."""
    first = (await bench.ask(turn("use get_weather in Rome", system="Be brief.", tools=[WEATHER]))).json
    call = first["content"][-1]
    result = {"type": "tool_result", "tool_use_id": call["id"], "content": "18 degrees"}
    second = (await bench.ask(turn("", first["id"], messages=[{"role": "user", "content": [result]}]))).json
    assert "18 degrees" in second["content"][0]["text"]
    assert second["usage"]["input_tokens"] > first["usage"]["input_tokens"]
    third = await bench.ask(turn("ping", second["id"], stream=True))
    assert third.status == 200


async def test_a_thread_goes_on_once(bench: Bench) -> None:
    """A turn that was continued cannot be continued again, and what is not known says so: each with its code."""
    first = (await bench.ask(turn("hello"))).json
    await bench.ask(turn("ping", first["id"]))
    for previous, status, code in ((first["id"], 400, "thread_already_continued"), ("msg_none", 404, "thread_not_found")):
        answer = await bench.ask(turn("ping", previous))
        assert (answer.status, answer.json["error"]["details"]) == (status, {"error_code": code})


async def test_refusals_and_other_requests_are_not_kept(bench: Bench) -> None:
    """A refused turn begins no thread, nor does a request that asked for none."""
    refused = (await bench.ask(turn("sandbox: refuse"))).json
    plain = (await bench.say("hello")).json
    for message in (refused, plain):
        assert (await bench.ask(turn("ping", message["id"]))).status == 404


async def test_strict_wants_the_beta() -> None:
    """Strictly, the field comes with its beta."""
    bench = Bench(strict=True)
    assert (await bench.ask(turn("hello"), x_api_key="sk")).status == 400
    assert (await bench.ask(turn("hello"), x_api_key="sk", anthropic_beta=BETA)).status == 200
