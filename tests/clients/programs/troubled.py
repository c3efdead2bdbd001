"""Today's Python SDK through a gateway whose upstream is in trouble: each scene told as an answer, or as the error that a program sees."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor

import anthropic

SCENES = json.loads(os.environ["SCENES"])
SIDE_BY_SIDE = 4
"""Scenes mostly wait, so that a few go on together; all at once would keep each other from their time-outs."""


def play(scene: dict) -> dict:
    """Ask as a program does, with the SDK's own defaults."""
    client = anthropic.Anthropic(base_url=os.environ["GATEWAY_URL"], api_key=os.environ["GATEWAY_KEY"])
    asked = {
        "model": scene["model"],
        "max_tokens": 64,
        "messages": [{"role": "user", "content": scene.get("prompt_characters", 5) * "x"}],
        "extra_headers": {"x-trouble": scene["name"], "x-scene-of": os.environ["SCENE_OF"]},
    }
    try:
        if scene["stream"]:
            with client.messages.stream(**asked) as stream:
                text = "".join(stream.text_stream)
                return {"answer": text, "stop_reason": stream.get_final_message().stop_reason}
        message = client.messages.create(**asked)
        return {"answer": message.content[0].text, "stop_reason": message.stop_reason}
    except anthropic.APIStatusError as error:
        body = error.body if isinstance(error.body, dict) else {}
        return {"error": body.get("error", {}).get("type"), "status": error.status_code, "message": str(error)}
    except anthropic.APIConnectionError as error:
        return {"error": "connection", "status": 0, "message": str(error)}


def told(scene: dict) -> str:
    """Play a scene and return its line."""
    try:
        line = play(scene)
    except Exception as error:  # noqa: BLE001  (whatever it is, the test shows it)
        line = {"failed": repr(error)}
    return json.dumps({"does": scene["name"], **line})


if __name__ == "__main__":
    with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
        for each in threads.map(told, SCENES):
            print(each, flush=True)
