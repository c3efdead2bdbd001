"""A conversation today: still nothing is remembered, but turns are a list, and what repeats is read from a cache, cheaply."""

from __future__ import annotations

import os

import anthropic
from anthropic.types import MessageParam

client = anthropic.Anthropic(api_key=os.environ["CLAUDE_API_KEY"].strip(), base_url=os.environ["ANTHROPIC_BASE_URL"])


class Conversation:
    """The turns so far."""

    def __init__(self, system: str) -> None:
        """Begin with a sentence on how to answer."""
        self.system = system
        self.turns: list[MessageParam] = []

    def ask(self, question: str) -> str:
        """Add a question, ask, and keep the whole answer: thinking and tool calls must come back as they were."""
        self.turns.append({"role": "user", "content": question})
        message = client.messages.create(
            model="claude-opus-5-5",
            max_tokens=300,
            system=self.system,
            messages=self.turns,
            cache_control={"type": "ephemeral"},
        )
        self.turns.append({"role": "assistant", "content": message.content})
        return "".join(block.text for block in message.content if block.type == "text")


conversation = Conversation("Answer in one sentence.")
for question in ("My name is Li. Who keeps a gate?", "And what is my name?"):
    print(">", question)
    print(conversation.ask(question))
