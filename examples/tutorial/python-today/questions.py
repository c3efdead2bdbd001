"""Several questions today: a batch of requests, each with its own answer, at half the price."""

from __future__ import annotations

import os
import time

import anthropic

client = anthropic.Anthropic(api_key=os.environ["CLAUDE_API_KEY"].strip(), base_url=os.environ["ANTHROPIC_BASE_URL"])
QUESTIONS = {"gate": "What is a gate?", "toll": "What is a toll?"}
PATIENCE_S = 300
PAUSE_S = float(os.environ.get("TUTORIAL_PAUSE_S", "5"))

batch = client.messages.batches.create(
    requests=[
        {
            "custom_id": name,
            "params": {"model": "claude-haiku-5-5", "max_tokens": 500, "messages": [{"role": "user", "content": question}]},
        }
        for name, question in QUESTIONS.items()
    ]
)
deadline = time.monotonic() + PATIENCE_S
while batch.processing_status != "ended":
    if time.monotonic() > deadline:
        raise SystemExit(f"the batch {batch.id} is still {batch.processing_status}; ask for it again later")
    time.sleep(PAUSE_S)
    batch = client.messages.batches.retrieve(batch.id)

# Results come in any order; `custom_id` says which is which.
for entry in client.messages.batches.results(batch.id):
    if entry.result.type == "succeeded":
        print(entry.custom_id, "->", "".join(block.text for block in entry.result.message.content if block.type == "text"))
    else:
        print(entry.custom_id, "->", entry.result.type)
