"""Today's Python SDK against limits: what it does with our refusals, told as the answers that it got and when."""

from __future__ import annotations

import json
import os
import time
import traceback

import anthropic

MODEL = "claude-haiku-4-5"
KEYS = json.loads(os.environ["LIMITED_KEYS"])


class Noting:
    """A client that notes every answer that it gets."""

    def __init__(self, key: str) -> None:
        self.answers: list[dict] = []
        hooks = {"request": [self._asked], "response": [self._answered]}
        http = anthropic.DefaultHttpxClient(event_hooks=hooks)
        self.client = anthropic.Anthropic(base_url=os.environ["GATEWAY_URL"], api_key=KEYS[key], http_client=http)
        self._asked_at = 0.0

    def _asked(self, _: object) -> None:
        self._asked_at = time.monotonic()

    def _answered(self, response: object) -> None:
        wait = response.headers.get("retry-after-ms")
        self.answers.append(
            {"status": response.status_code, "wait_ms": wait and int(wait), "asked": self._asked_at, "answered": time.monotonic()}
        )

    def ask(self) -> str:
        """Ask once, as a user does."""
        message = self.client.messages.create(model=MODEL, max_tokens=10, messages=[{"role": "user", "content": "Hello there"}])
        return message.content[0].text


def rate() -> dict:
    noting = Noting("rate")
    for _ in range(50):  # until one comes within the same second
        assert noting.ask()
        if any(answer["status"] == 429 for answer in noting.answers):
            break
    return {"answers": noting.answers}


def refused(key: str) -> dict:
    noting = Noting(key)
    try:
        noting.ask()
        noting.ask()
    except anthropic.RateLimitError as error:
        return {"answers": noting.answers, "type": error.body["error"]["type"], "message": error.body["error"]["message"]}
    return {}


def month() -> dict:
    return refused("month")


def money() -> dict:
    return refused("money")


DOES = [rate, month, money]


if __name__ == "__main__":
    for does in DOES:
        try:
            line = {"does": does.__name__, "told": does()}
        except Exception:  # noqa: BLE001  (whatever it is, the test shows it)
            line = {"does": does.__name__, "failed": traceback.format_exc()}
        print(json.dumps(line), flush=True)
