"""The temperature today: gone from API version 2026-10-21 and from the SDK; models up to 4.6 take it under the version before.

What newer models have instead is `output_config.effort`, which says how much work to put in, not how much to vary.
"""

from __future__ import annotations

import os

import anthropic

client = anthropic.Anthropic(api_key=os.environ["CLAUDE_API_KEY"].strip(), base_url=os.environ["ANTHROPIC_BASE_URL"])
TIMES = 5
QUESTION: list[anthropic.types.MessageParam] = [{"role": "user", "content": "Name a gate."}]

for temperature in (0, 0.5, 1):
    answers = {
        client.messages.create(
            model="claude-haiku-4-5",
            max_tokens=100,
            messages=QUESTION,
            extra_headers={"anthropic-version": "2023-06-01"},
            extra_body={"temperature": temperature},
        )
        .content[0]
        .text
        for _ in range(TIMES)
    }
    print(f"temperature {temperature}: {len(answers)} different answers of {TIMES}")

try:
    client.messages.create(model="claude-haiku-4-5", max_tokens=100, messages=QUESTION, extra_body={"temperature": 0.5})
except anthropic.BadRequestError as error:
    print("under 2026-10-21:", error.body["error"]["message"])

message = client.messages.create(model="claude-opus-5-5", max_tokens=100, messages=QUESTION, output_config={"effort": "low"})
print("effort low:", "".join(block.text for block in message.content if block.type == "text"))
