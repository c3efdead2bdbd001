"""The same wish today: the gateway keeps the limit for all processes, and says in headers how much is left.

Tutorials name `x-ratelimit-limit` and `x-ratelimit-remaining`; no Claude API has ever sent those. Where a key has no limit on
an axis, there is no header for it.
"""

from __future__ import annotations

import os

import anthropic

client = anthropic.Anthropic(api_key=os.environ["CLAUDE_API_KEY"].strip(), base_url=os.environ["ANTHROPIC_BASE_URL"])

for number in range(1, 4):
    # A 429 is waited out by the SDK, as long as `retry-after` says.
    response = client.messages.with_raw_response.create(
        model="claude-haiku-5-5",
        max_tokens=50,
        messages=[{"role": "user", "content": f"Question {number}: what is a gate?"}],
    )
    for axis in ("requests", "input-tokens", "output-tokens"):
        limit = response.headers.get(f"anthropic-ratelimit-{axis}-limit", "none")
        remaining = response.headers.get(f"anthropic-ratelimit-{axis}-remaining", "-")
        print(f"call {number}: {axis}: limit {limit}, remaining {remaining}")
