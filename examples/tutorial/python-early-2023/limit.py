"""A limit on the caller's own side in 2023: at most 15 calls in 60 seconds, with the package `ratelimit`.

It counts in this one process alone: two processes make 30 calls.
"""

from __future__ import annotations

import os
import time

import anthropic
from ratelimit import limits, sleep_and_retry

client = anthropic.Client(os.environ["CLAUDE_API_KEY"].strip(), api_url=os.environ["ANTHROPIC_BASE_URL"])
CALLS = 15
PERIOD_S = float(os.environ.get("TUTORIAL_PERIOD_S", "60"))


@sleep_and_retry
@limits(calls=CALLS, period=PERIOD_S)
def safe_call(question: str) -> str:
    """Ask, after waiting for a free place."""
    prompt = f"{anthropic.HUMAN_PROMPT} {question}{anthropic.AI_PROMPT}"
    return client.completion(prompt=prompt, model="claude-instant-1.2", max_tokens_to_sample=50)["completion"]


begun = time.monotonic()
answers = [safe_call(f"Question {number}: what is a gate?") for number in range(1, CALLS + 2)]
print(f"{len(answers)} calls took {time.monotonic() - begun:.1f} s: the last one waited for the next {PERIOD_S:g} s")
