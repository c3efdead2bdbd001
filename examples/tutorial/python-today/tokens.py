"""Count a prompt's tokens today: Claude counts them itself, exactly and for nothing; no vocabulary of its present models is public."""

from __future__ import annotations

import os

import anthropic

client = anthropic.Anthropic(api_key=os.environ["CLAUDE_API_KEY"].strip(), base_url=os.environ["ANTHROPIC_BASE_URL"])

count = client.messages.count_tokens(
    model="claude-opus-5-5",
    messages=[{"role": "user", "content": "春风不度玉门关: what does this line say?"}],
)
print(f"{count.input_tokens} of 1000000 tokens")
