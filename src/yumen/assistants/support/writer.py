"""Who writes an answer: Claude, or without it the passages themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from yumen.errors import Fault, Retry, Source

if TYPE_CHECKING:
    from yumen.assistants.support.values import Asked, Written


class Writer(Protocol):
    """Writes answers from passages. Threads share it."""

    @property
    def is_sandbox(self) -> bool:
        """Whether it is no Claude."""

    def write(self, asked: Asked) -> Written:
        """Return the answer, which cites what it used. Raises NoAnswer."""


class NoAnswer(Fault):
    """No answer can be had now; try again."""

    source = Source.UPSTREAM
    status = 503
    retry = Retry.SAME
    chinese = "暂时无法作答，请稍后重试。"
