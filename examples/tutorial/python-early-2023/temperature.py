"""What the temperature does, as in 2023: the same question several times at each value, and how many answers differ."""

from __future__ import annotations

import os

import anthropic

client = anthropic.Client(os.environ["CLAUDE_API_KEY"].strip(), api_url=os.environ["ANTHROPIC_BASE_URL"])
TIMES = 5

for temperature in (0, 0.5, 1):
    answers = {
        client.completion(
            prompt=f"{anthropic.HUMAN_PROMPT} Name a gate.{anthropic.AI_PROMPT}",
            model="claude-2",
            max_tokens_to_sample=100,
            temperature=temperature,
        )["completion"]
        for _ in range(TIMES)
    }
    print(f"temperature {temperature}: {len(answers)} different answers of {TIMES}")
