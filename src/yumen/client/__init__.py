"""The Python library: Claude through the official SDK, with Yumen's retries, limits, conversations and help; loaded by need."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from yumen.client.lazy import LazyClass
from yumen.client.sdk import check_sdk

if TYPE_CHECKING:
    from yumen.client.answers import Answer, AsyncAnswer
    from yumen.client.claude import Claude
    from yumen.client.claude_async import AsyncClaude
    from yumen.client.conversation import Conversation
    from yumen.client.conversation_async import AsyncConversation
    from yumen.client.faults import NoCredential
    from yumen.client.limits import Limit, LimitReached
    from yumen.client.many import SomeUnanswered
    from yumen.client.options import Pool
    from yumen.client.retry import Retry
    from yumen.client.too_long import PromptTooLong
    from yumen.errors import OperatorError

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
]

_LIGHT = {
    "Answer": "yumen.client.answers",
    "AsyncAnswer": "yumen.client.answers",
    "Limit": "yumen.client.limits",
    "LimitReached": "yumen.client.limits",
    "NoCredential": "yumen.client.faults",
    "OperatorError": "yumen.errors",
    "Pool": "yumen.client.options",
    "PromptTooLong": "yumen.client.too_long",
    "Retry": "yumen.client.retry",
    "SomeUnanswered": "yumen.client.many",
}
"""Where values stand that are made before any client is: none of these files may load the SDK."""
_HEAVY = {
    "AsyncClaude": "yumen.client.claude_async",
    "AsyncConversation": "yumen.client.conversation_async",
    "Claude": "yumen.client.claude",
    "Conversation": "yumen.client.conversation",
}
"""Where the classes stand that need the SDK: each is loaded when it is first used."""


def __getattr__(name: str) -> object:
    """Return what a program imports; of what needs the SDK, a stand-in."""
    if name in _LIGHT:
        value = getattr(import_module(_LIGHT[name]), name)
    elif name in _HEAVY:
        value = LazyClass(_HEAVY[name], name, check_sdk)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value
