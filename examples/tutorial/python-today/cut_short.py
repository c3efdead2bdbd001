"""An answer that was cut short, today: `stop_reason` says so, and the models of today take 128,000 tokens to begin with."""

from __future__ import annotations

import os

import anthropic

client = anthropic.Anthropic(api_key=os.environ["CLAUDE_API_KEY"].strip(), base_url=os.environ["ANTHROPIC_BASE_URL"])

max_tokens = 4
while True:
    # Beyond some 20,000 tokens the SDK wants a stream, as no connection should stay silent for ten minutes.
    with client.messages.stream(
        model="claude-opus-5-5",
        max_tokens=max_tokens,
        messages=[{"role": "user", "content": "Tell me of a gate."}],
    ) as stream:
        message = stream.get_final_message()
    print(f"max_tokens={max_tokens}: {message.stop_reason}")
    if message.stop_reason != "max_tokens" or max_tokens == 128_000:
        break
    max_tokens = 128_000
