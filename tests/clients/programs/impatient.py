"""Today's Python SDK with a time-out that is shorter than the answer takes: it leaves, and its own retry has the same idempotency key."""

from __future__ import annotations

import json
import os
import urllib.request

import anthropic

attempts = 0


def note(_: object) -> None:
    """Tell the upstream, once the SDK tries again, that it may answer."""
    global attempts  # noqa: PLW0603  (a program of one page)
    attempts += 1
    if attempts > 1:
        urllib.request.urlopen(urllib.request.Request(os.environ["GO_ON"], data=b"{}")).read()  # noqa: S310  (loopback)


client = anthropic.Anthropic(
    base_url=os.environ["GATEWAY_URL"],
    api_key=os.environ["GATEWAY_KEY"],
    http_client=anthropic.DefaultHttpxClient(event_hooks={"request": [note]}),
)
message = client.messages.create(
    model="claude-haiku-4-5",
    max_tokens=64,
    messages=[{"role": "user", "content": "Hello"}],
    extra_headers={"Idempotency-Key": "impatient-python"},
    timeout=1.5,
)
print(json.dumps({"attempts": attempts, "text": message.content[0].text}))
