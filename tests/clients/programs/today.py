"""Today's Python SDK, and the generation before it, through the gateway: each function is one thing that a user does."""

from __future__ import annotations

import asyncio
import io
import json
import os
import time
import traceback

import anthropic

MODEL = "claude-haiku-4-5"
HELLO = [{"role": "user", "content": "Hello there"}]
SAYING = "the jade gate stood at the edge of the desert, and who passed it showed a permit, paid a toll and was written down"
REPEAT = [{"role": "user", "content": f"Repeat after me: {SAYING}"}]
WEATHER = {
    "name": "get_weather",
    "description": "The weather in a city",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}


def connect() -> anthropic.Anthropic:
    return anthropic.Anthropic(base_url=os.environ["GATEWAY_URL"], api_key=os.environ["GATEWAY_KEY"])


def plain() -> dict:
    raw = connect().messages.with_raw_response.create(model=MODEL, max_tokens=100, messages=HELLO)
    message = raw.parse()
    return {
        "text": message.content[0].text,
        "stop_reason": message.stop_reason,
        "output_tokens": message.usage.output_tokens,
        "input_tokens": message.usage.input_tokens,
        "request_id": raw.headers.get("request-id"),
    }


def streamed() -> dict:
    with connect().messages.stream(model=MODEL, max_tokens=100, messages=REPEAT) as stream:
        pieces = list(stream.text_stream)
        final = stream.get_final_message()
    return {"pieces": len(pieces), "same": "".join(pieces) == final.content[0].text == SAYING, "stop_reason": final.stop_reason}


def events() -> dict:
    stream = connect().messages.create(model=MODEL, max_tokens=100, messages=HELLO, stream=True)
    return {"types": [event.type for event in stream]}


def several_at_once() -> dict:
    async def ask() -> list:
        async with anthropic.AsyncAnthropic(base_url=os.environ["GATEWAY_URL"], api_key=os.environ["GATEWAY_KEY"]) as client:
            plain = [client.messages.create(model=MODEL, max_tokens=50, messages=HELLO) for _ in range(5)]
            answers = [message.content[0].text for message in await asyncio.gather(*plain)]
            async with client.messages.stream(model=MODEL, max_tokens=50, messages=HELLO) as stream:
                answers.append(await stream.get_final_text())
            return answers

    return {"answers": asyncio.run(ask())}


def tools() -> dict:
    client = connect()
    question = [{"role": "user", "content": "What is the weather in Paris?"}]
    call = client.messages.create(
        model=MODEL, max_tokens=200, messages=question, tools=[WEATHER], tool_choice={"type": "tool", "name": "get_weather"}
    )
    use = next(block for block in call.content if block.type == "tool_use")
    result = {"type": "tool_result", "tool_use_id": use.id, "content": "Sunny, 24 degrees"}
    said = [block.model_dump(mode="json", exclude_unset=True) for block in call.content]
    turns = [*question, {"role": "assistant", "content": said}, {"role": "user", "content": [result]}]
    answer = client.messages.create(model=MODEL, max_tokens=200, messages=turns, tools=[WEATHER])
    return {
        "stop_reason": call.stop_reason,
        "input": use.input,
        "then": answer.stop_reason,
        "text": answer.content[0].text,
    }


def count() -> dict:
    return {"input_tokens": connect().messages.count_tokens(model=MODEL, messages=HELLO).input_tokens}


def models() -> dict:
    client = connect()
    listed = list(client.models.list(limit=5))
    return {"ids": [model.id for model in listed], "one": client.models.retrieve(listed[0].id).id}


def batches() -> dict:
    client = connect()
    parameters = {"model": MODEL, "max_tokens": 50, "messages": HELLO}
    made = client.messages.batches.create(requests=[{"custom_id": f"n-{number}", "params": parameters} for number in range(3)])
    seen = made
    deadline = time.monotonic() + 60
    while seen.processing_status != "ended" and time.monotonic() < deadline:
        time.sleep(0.05)
        seen = client.messages.batches.retrieve(made.id)
    results = {result.custom_id: result.result.type for result in client.messages.batches.results(made.id)}
    listed = made.id in [batch.id for batch in client.messages.batches.list(limit=20)]
    deleted = client.messages.batches.delete(made.id)
    return {
        "status": seen.processing_status,
        "results": results,
        "listed": listed,
        "deleted": deleted.id == made.id,
        "results_url": seen.results_url,
    }


def files() -> dict:
    client = connect()
    room = client.files if hasattr(client, "files") else client.beta.files
    made = room.upload(file=("notes.txt", io.BytesIO(b"notes " * 50_000), "text/plain"))
    seen = room.retrieve_metadata(made.id)
    listed = made.id in [file.id for file in room.list()]
    room.delete(made.id)
    try:
        room.retrieve_metadata(made.id)
        gone = False
    except anthropic.NotFoundError:
        gone = True
    return {"size": seen.size_bytes, "name": seen.filename, "listed": listed, "gone": gone}


def wrong_key() -> dict:
    client = anthropic.Anthropic(base_url=os.environ["GATEWAY_URL"], api_key="sk-ant-of-somewhere-else", max_retries=5)
    began = time.monotonic()
    try:
        client.messages.create(model=MODEL, max_tokens=10, messages=HELLO)
    except anthropic.AuthenticationError as error:
        return {
            "status": error.status_code,
            "type": error.body["error"]["type"],
            "should_retry": error.response.headers.get("x-should-retry"),
            "request_id": error.body["request_id"] == error.response.headers["request-id"],
            "seconds": time.monotonic() - began,
        }
    return {}


def wrong_body() -> dict:
    try:
        connect().messages.create(model=MODEL, max_tokens=10, messages=[])
    except anthropic.BadRequestError as error:
        return {"status": error.status_code, "type": error.body["error"]["type"]}
    return {}


def session() -> dict:
    client = connect().with_options(default_headers={"x-yumen-session": f"python-{anthropic.__version__}"})
    said = [[{"role": "user", "content": text}] for text in ("My name is Li.", "I live in Yumen.", "Who am I, and where?", "Thank you")]
    usages = [client.messages.create(model=MODEL, max_tokens=50, messages=messages).usage for messages in said[:2]]
    with client.messages.stream(model=MODEL, max_tokens=50, messages=said[2]) as stream:
        usages.append(stream.get_final_message().usage)
    return {
        "prompts": [each.input_tokens + each.cache_creation_input_tokens + each.cache_read_input_tokens for each in usages],
        "read": [each.cache_read_input_tokens for each in usages],
        "counted": client.messages.count_tokens(model=MODEL, messages=said[3]).input_tokens,
    }


DOES = [plain, streamed, events, several_at_once, tools, count, models, batches, files, wrong_key, wrong_body, session]


if __name__ == "__main__":
    for does in DOES:
        try:
            line = {"does": does.__name__, "told": does()}
        except Exception:  # noqa: BLE001  (whatever it is, the test shows it)
            line = {"does": does.__name__, "failed": traceback.format_exc()}
        print(json.dumps(line), flush=True)
