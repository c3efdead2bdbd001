r"""An answer that was cut short, as in 2023, and a stop sequence written as it must be.

As printed in tutorials it is `["\\n\\nHuman:"]`: backslashes and letters, which never occur in an answer. The sequence with real
line ends is built in anyway.
"""

from __future__ import annotations

import os

import anthropic

client = anthropic.Client(os.environ["CLAUDE_API_KEY"].strip(), api_url=os.environ["ANTHROPIC_BASE_URL"])

max_tokens = 4
while True:
    response = client.completion(
        prompt=f"{anthropic.HUMAN_PROMPT} Tell me of a gate.{anthropic.AI_PROMPT}",
        model="claude-2",
        max_tokens_to_sample=max_tokens,
        stop_sequences=[anthropic.HUMAN_PROMPT],
    )
    print(f"max_tokens_to_sample={max_tokens}: {response['stop_reason']}: {response['completion'].strip()!r}")
    # More room costs nothing until it is used, so the next try need not be careful.
    if response["stop_reason"] != "max_tokens" or max_tokens > 4_000:
        break
    max_tokens *= 16
