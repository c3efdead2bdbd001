"""A conversation in 2023: the API remembers nothing, so the prompt grows by every turn until it is too long."""

from __future__ import annotations

import os

import anthropic

client = anthropic.Client(os.environ["CLAUDE_API_KEY"].strip(), api_url=os.environ["ANTHROPIC_BASE_URL"])


class Conversation:
    """The turns so far, written as the one prompt that they are."""

    def __init__(self, system: str = "") -> None:
        """Begin with a sentence on how to answer, which stands before the first turn."""
        self.prompt = system

    def ask(self, question: str) -> str:
        """Add a question, ask, and keep the answer, which brings its leading space along."""
        self.prompt += f"{anthropic.HUMAN_PROMPT} {question}{anthropic.AI_PROMPT}"
        # With a system prompt in front, the SDK's own check of the first characters would refuse what the API takes.
        response = client.completion(prompt=self.prompt, model="claude-2", max_tokens_to_sample=300, disable_checks=True)
        self.prompt += response["completion"]
        return response["completion"].strip()


conversation = Conversation("Answer in one sentence.")
for question in ("My name is Li. Who keeps a gate?", "And what is my name?"):
    print(">", question)
    print(conversation.ask(question))
