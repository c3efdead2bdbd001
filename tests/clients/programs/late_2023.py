"""A program of late 2023: `completions.create` of SDK 0.7, plain, streamed and async."""

from __future__ import annotations

import asyncio
import json
import os
import traceback

import anthropic

SAYING = "the jade gate stood at the edge of the desert, and who passed it showed a permit, paid a toll and was written down"
PROMPT = f"{anthropic.HUMAN_PROMPT} Repeat after me: {SAYING}{anthropic.AI_PROMPT}"


def connect(key: str | None = None) -> anthropic.Anthropic:
    return anthropic.Anthropic(base_url=os.environ["GATEWAY_URL"], api_key=key or os.environ["GATEWAY_KEY"])


def plain() -> dict:
    return connect().completions.create(prompt=PROMPT, model="claude-2.1", max_tokens_to_sample=300).model_dump()


def cut_short() -> dict:
    return connect().completions.create(prompt=PROMPT, model="claude-2.1", max_tokens_to_sample=1).model_dump()


def streamed() -> dict:
    stream = connect().completions.create(prompt=PROMPT, model="claude-2.1", max_tokens_to_sample=300, stream=True)
    events = [event.model_dump() for event in stream]
    return {"events": len(events), "text": "".join(event["completion"] for event in events), "last": events[-1]}


def in_async() -> dict:
    async def ask() -> dict:
        client = anthropic.AsyncAnthropic(base_url=os.environ["GATEWAY_URL"], api_key=os.environ["GATEWAY_KEY"])
        answer = await client.completions.create(prompt=PROMPT, model="claude-instant-1.2", max_tokens_to_sample=300)
        return answer.model_dump()

    return asyncio.run(ask())


def wrong_key() -> dict:
    try:
        connect("sk-of-somewhere-else").completions.create(prompt=PROMPT, model="claude-2.1", max_tokens_to_sample=10)
    except anthropic.AuthenticationError as error:
        return {"status": error.status_code, "type": error.body["error"]["type"]}
    return {}


DOES = [plain, cut_short, streamed, in_async, wrong_key]


if __name__ == "__main__":
    for does in DOES:
        try:
            line = {"does": does.__name__, "told": does()}
        except Exception:  # noqa: BLE001  (whatever it is, the test shows it)
            line = {"does": does.__name__, "failed": traceback.format_exc()}
        print(json.dumps(line), flush=True)
