r"""Several questions in one prompt, as in 2023.

As printed in tutorials the text is no f-string, so that Claude reads `{q1}`; and the questions run on in one line. The line ends
around `Human:` and `Assistant:` must be real ones.
"""

from __future__ import annotations

import os

import anthropic

client = anthropic.Client(os.environ["CLAUDE_API_KEY"].strip(), api_url=os.environ["ANTHROPIC_BASE_URL"])
QUESTIONS = ["What is a gate?", "What is a toll?"]

numbered = "\n".join(f"{number}. {question}" for number, question in enumerate(QUESTIONS, 1))
response = client.completion(
    prompt=f"{anthropic.HUMAN_PROMPT} Please answer in order:\n{numbered}{anthropic.AI_PROMPT}",
    model="claude-2",
    # One answer holds all answers, so it needs room for all of them.
    max_tokens_to_sample=500 * len(QUESTIONS),
)
print(response["completion"].strip())
