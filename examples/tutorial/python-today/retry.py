"""The same question today: Messages, and the SDK's own retries, which read `retry-after` and `x-should-retry`."""

from __future__ import annotations

import os
import sys

import anthropic

client = anthropic.Anthropic(api_key=os.environ["CLAUDE_API_KEY"].strip(), base_url=os.environ["ANTHROPIC_BASE_URL"], max_retries=3)


def send_message(question: str) -> str:
    """Ask one question and return the answer."""
    try:
        message = client.messages.create(
            model="claude-opus-5-5",
            max_tokens=1000,
            messages=[{"role": "user", "content": question}],
        )
    except anthropic.APIStatusError as error:
        # The request id is what the gateway's `yumen logs` finds the call by.
        print("API error:", error.status_code, error.request_id, error.message, file=sys.stderr)
        raise
    return "".join(block.text for block in message.content if block.type == "text")


print(send_message("What is a gate?"))
