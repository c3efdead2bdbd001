"""Text as it comes, in early 2023: each event repeats all text so far, so that only the rest of it is new."""

from __future__ import annotations

import os

import anthropic

client = anthropic.Client(os.environ["CLAUDE_API_KEY"].strip(), api_url=os.environ["ANTHROPIC_BASE_URL"])

shown = ""
for event in client.completion_stream(
    prompt=f"{anthropic.HUMAN_PROMPT} Tell me of a gate.{anthropic.AI_PROMPT}",
    model="claude-2",
    max_tokens_to_sample=300,
):
    # Where the stream breaks off the event holds an `error` and no `completion`: this line then raises KeyError.
    print(event["completion"][len(shown) :], end="", flush=True)
    shown = event["completion"]
print()
