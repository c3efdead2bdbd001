"""A Claude whose answers are given, for assistants that ask in one call at a time."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from types import SimpleNamespace
from typing import Any, NamedTuple, Self


class Question(NamedTuple):
    """What was asked."""

    prompt: str
    system: str


class Given:
    """Answers as a function says; remembers what it was asked."""

    base_url = "http://127.0.0.1"

    def __init__(self, say: Callable[[Question], str], model: str = "claude-haiku-4-5") -> None:
        """Answer with what `say` returns; it may raise."""
        self.model = model
        self.is_sandbox = False
        self.asked: list[Question] = []
        self.stop_reason = "end_turn"
        self._say = say
        self._lock = Lock()

    def answer(self, prompt: str, *, system: str, max_tokens: int) -> Any:  # noqa: ANN401  (as much of an Answer as is looked at)
        """Answer."""
        assert max_tokens > 0
        question = Question(prompt, system)
        with self._lock:
            self.asked.append(question)
        return Said(self._say(question), SimpleNamespace(stop_reason=self.stop_reason))


class Said(NamedTuple):
    """An answer."""

    text: str
    message: SimpleNamespace

    def continued(self) -> Self:
        """Return it: it is whole."""
        return self
