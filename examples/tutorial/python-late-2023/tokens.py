"""Count a prompt's tokens in 2023, offline, with the vocabulary that the SDK of late 2023 carries.

Tutorials use `tiktoken.encoding_for_model("claude-2")`, which raises KeyError: tiktoken knows OpenAI's models alone.
"""

from __future__ import annotations

import os

import anthropic

client = anthropic.Anthropic(api_key=os.environ["CLAUDE_API_KEY"].strip(), base_url=os.environ["ANTHROPIC_BASE_URL"])
LIMIT_TOKENS = 100_000

prompt = f"{anthropic.HUMAN_PROMPT} 春风不度玉门关: what does this line say?{anthropic.AI_PROMPT}"
print(f"{client.count_tokens(prompt)} of {LIMIT_TOKENS} tokens")

# Too long a prompt is refused before any work is done, and the message says by how much.
try:
    client.completions.create(
        prompt=f"{anthropic.HUMAN_PROMPT} {'玉门' * 60_000}{anthropic.AI_PROMPT}", model="claude-2", max_tokens_to_sample=1
    )
except anthropic.BadRequestError as error:
    print(error.body["error"]["message"])
