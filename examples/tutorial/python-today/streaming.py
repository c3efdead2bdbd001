"""Text as it comes, today."""

from __future__ import annotations

import os

import anthropic

client = anthropic.Anthropic(api_key=os.environ["CLAUDE_API_KEY"].strip(), base_url=os.environ["ANTHROPIC_BASE_URL"])

with client.messages.stream(
    model="claude-opus-5-5",
    max_tokens=300,
    messages=[{"role": "user", "content": "Tell me of a gate."}],
) as stream:
    for text in stream.text_stream:
        print(text, end="", flush=True)
    message = stream.get_final_message()
print(f"\n({message.stop_reason}, {message.usage.output_tokens} tokens)")
