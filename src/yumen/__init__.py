"""Yumen: the gate between applications and Claude. What a program imports is here, and costs nothing until it is used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yumen.client import (
        Answer,
        AsyncAnswer,
        AsyncClaude,
        AsyncConversation,
        Claude,
        Conversation,
        Limit,
        LimitReached,
        NoCredential,
        OperatorError,
        Pool,
        PromptTooLong,
        Retry,
        SomeUnanswered,
    )

__version__ = "0.6.0"
__all__ = [
    "Answer",
    "AsyncAnswer",
    "AsyncClaude",
    "AsyncConversation",
    "Claude",
    "Conversation",
    "Limit",
    "LimitReached",
    "NoCredential",
    "OperatorError",
    "Pool",
    "PromptTooLong",
    "Retry",
    "SomeUnanswered",
    "__version__",
]


def __getattr__(name: str) -> object:
    """Return what a program imports; only then its file is read. The SDK itself is loaded when a client is made."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module("yumen.client"), name)
    return value


def __dir__() -> list[str]:
    """Name what may be imported, loaded or not."""
    return sorted({*globals(), *__all__})
