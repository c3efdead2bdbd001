"""A program of early 2023: `Client.completion` of SDK 0.2, inside tenacity's exponential back-off, plain and streamed."""

from __future__ import annotations

import asyncio
import json
import os
import traceback
from itertools import pairwise

import anthropic
from tenacity import retry, stop_after_attempt, wait_exponential

SAYING = "the jade gate stood at the edge of the desert, and who passed it showed a permit, paid a toll and was written down"
PROMPT = f"{anthropic.HUMAN_PROMPT} Repeat after me: {SAYING}{anthropic.AI_PROMPT}"


def connect(key: str | None = None) -> anthropic.Client:
    return anthropic.Client(key or os.environ["GATEWAY_KEY"], api_url=os.environ["GATEWAY_URL"])


@retry(stop=stop_after_attempt(3), wait=wait_exponential(multiplier=0.01, min=0.01, max=0.1), reraise=True)
def plain() -> dict:
    return connect().completion(prompt=PROMPT, model="claude-2", max_tokens_to_sample=1000)


def streamed() -> dict:
    events = list(connect().completion_stream(prompt=PROMPT, model="claude-2", max_tokens_to_sample=1000, stream=True))
    texts = [event["completion"] for event in events]
    grows = all(after.startswith(before) for before, after in pairwise(texts))
    return {"events": len(events), "grows": grows, "last": events[-1]}


def in_async() -> dict:
    return asyncio.run(connect().acompletion(prompt=PROMPT, model="claude-instant-v1", max_tokens_to_sample=100))


def wrong_key() -> dict:
    try:
        connect("sk-of-somewhere-else").completion(prompt=PROMPT, model="claude-2", max_tokens_to_sample=10)
    except anthropic.ApiException as error:
        return {"said": error.args[0], "type": error.args[1]["error"]["type"]}
    return {}


DOES = [plain, streamed, in_async, wrong_key]


if __name__ == "__main__":
    for does in DOES:
        try:
            line = {"does": does.__name__, "told": does()}
        except Exception:  # noqa: BLE001  (whatever it is, the test shows it)
            line = {"does": does.__name__, "failed": traceback.format_exc()}
        print(json.dumps(line), flush=True)
