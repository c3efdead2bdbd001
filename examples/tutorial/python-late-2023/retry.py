"""The same question in late 2023: `completions.create`, an object instead of a dictionary, and errors that are classes."""

from __future__ import annotations

import os
import sys

import anthropic
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential

# This release tries twice again by itself; beside tenacity that would make nine calls out of three.
client = anthropic.Anthropic(api_key=os.environ["CLAUDE_API_KEY"].strip(), base_url=os.environ["ANTHROPIC_BASE_URL"], max_retries=0)
SHORTEST_WAIT_S = float(os.environ.get("TUTORIAL_SHORTEST_WAIT_S", "4"))


@retry(
    retry=retry_if_exception_type((anthropic.RateLimitError, anthropic.InternalServerError, anthropic.APIConnectionError)),
    stop=stop_after_attempt(3),
    wait=wait_exponential(multiplier=1, min=SHORTEST_WAIT_S, max=10),
    reraise=True,
)
def send_message(question: str) -> str:
    """Ask one question and return the answer."""
    try:
        response = client.completions.create(
            prompt=f"{anthropic.HUMAN_PROMPT} {question}{anthropic.AI_PROMPT}",
            model="claude-2.1",
            max_tokens_to_sample=1000,
        )
    except anthropic.APIError as error:
        print("API error:", error, file=sys.stderr)
        raise
    return response.completion


print(send_message("What is a gate?").strip())
