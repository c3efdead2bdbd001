"""Text as it comes, in late 2023: each event brings new text alone, and an error in the stream is an exception."""

from __future__ import annotations

import os

import anthropic

client = anthropic.Anthropic(api_key=os.environ["CLAUDE_API_KEY"].strip(), base_url=os.environ["ANTHROPIC_BASE_URL"])

stream = client.completions.create(
    prompt=f"{anthropic.HUMAN_PROMPT} Tell me of a gate.{anthropic.AI_PROMPT}",
    model="claude-2.1",
    max_tokens_to_sample=300,
    stream=True,
)
for event in stream:
    print(event.completion, end="", flush=True)
print()
