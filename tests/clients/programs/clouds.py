"""Today's Python SDK at a cloud, by that cloud's own client or by the plain one: each function is one thing that a user does."""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path

import anthropic
from anthropic.lib.bedrock._stream_decoder import AWSEventStreamDecoder

WAY = os.environ["WAY"]
MODELS = json.loads(os.environ["MODELS"])
WEATHER = {
    "name": "get_weather",
    "description": "The weather in a city, 天气",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
MESSAGES = [{"role": "user", "content": [{"type": "text", "text": "How is 敦煌?\n", "cache_control": {"type": "ephemeral"}}]}]


def connect() -> anthropic.Anthropic:
    url = os.environ["URL"]
    if WAY == "bedrock-keys":
        keys = {name: os.environ[name.upper()] for name in ("aws_access_key", "aws_secret_key", "aws_region")}
        return anthropic.AnthropicBedrock(**keys, base_url=url, max_retries=0)
    if WAY == "bedrock":
        return anthropic.AnthropicBedrock(api_key=os.environ["KEY"], aws_region=os.environ["AWS_REGION"], base_url=url, max_retries=0)
    if WAY == "vertex":
        place = {"region": os.environ["REGION"], "project_id": os.environ["PROJECT"]}
        return anthropic.AnthropicVertex(**place, access_token=os.environ["KEY"], base_url=url + "/v1", max_retries=0)
    return anthropic.Anthropic(base_url=url, api_key=os.environ["KEY"], max_retries=0)


def plain(model: str) -> object:
    message = connect().messages.create(model=model, max_tokens=100, system="Be brief.", messages=MESSAGES)
    return message.to_dict()


def streamed(model: str) -> object:
    thinking = {"type": "adaptive"}
    with connect().messages.stream(model=model, max_tokens=100, messages=MESSAGES, tools=[WEATHER], thinking=thinking) as stream:
        kinds = [event.type for event in stream]
        return {"kinds": kinds, "message": stream.get_final_message().to_dict()}


def betas(model: str) -> object:
    asked = ["context-1m-2025-08-07", "interleaved-thinking-2025-05-14"]
    return connect().beta.messages.create(model=model, max_tokens=100, messages=MESSAGES, betas=asked).to_dict()


def refused(model: str) -> object:
    try:
        connect().messages.create(model=model, max_tokens=100, messages=[{"role": "user", "content": "throttle"}])
    except anthropic.APIStatusError as error:
        return {"class": type(error).__name__, "status": error.status_code}
    return None


def counted(model: str) -> object:
    return connect().messages.count_tokens(model=model, messages=MESSAGES, system="Be brief.").to_dict()


def decoded() -> object:
    """Read frames of a file by the SDK's own decoder, whole and in small pieces."""
    data = Path(os.environ["FRAMES"]).read_bytes()
    whole = [(each.event, each.data) for each in AWSEventStreamDecoder().iter_bytes(iter([data]))]
    pieces = [data[start : start + 7] for start in range(0, len(data), 7)]
    assert [(each.event, each.data) for each in AWSEventStreamDecoder().iter_bytes(iter(pieces))] == whole
    return whole


DOES = {"plain": plain, "streamed": streamed, "betas": betas, "refused": refused, "counted": counted}


def main() -> None:
    if WAY == "decode":
        print(json.dumps(decoded()))
        return
    for name in sys.argv[1:]:
        for model in MODELS:
            try:
                told = {"told": DOES[name](model)}
            except Exception:  # noqa: BLE001  (whatever it is, the test tells of it)
                told = {"failed": traceback.format_exc()}
            print(json.dumps({"does": name, "model": model, **told}), flush=True)


if __name__ == "__main__":
    main()
