"""How a conversation is held, and the calls that are made of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import msgspec

from yumen.client.call import Call, room_for
from yumen.sessions.marks import marked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from yumen.client.session_tools import ToolSet
    from yumen.sessions import Session
    from yumen.sessions.marks import Cache
    from yumen.sessions.rules import WhenFull
    from yumen.sessions.styling import Style


FORCING = frozenset({"tool_choice", "output_format", "stop_sequences"})
"""Options with which a text of Claude's own might not come, or not to its end."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a conversation is held: what a program said when it opened it."""

    name: str
    default_model: str
    model: str | None
    system: bytes | None
    style: Style | None
    tools: ToolSet
    max_tokens: int
    when_full: WhenFull
    window: int | None
    """At most so many tokens of prompt; None: as many as the model takes."""
    cache: Cache
    rounds: int
    options: Mapping[str, Any] = field(default_factory=dict)
    offline: bool = False
    """The sandbox answers: a summary is made by hand."""


class Prompt:
    """What is the same for all calls of a turn."""

    def __init__(self, manner: Manner, session: Session) -> None:
        """Take the session as it is after the turn was opened."""
        self.manner = manner
        self.model = manner.model or session.model or manner.default_model
        self._options: dict[str, Any] = dict(manner.options)
        for name, stored in (("system", session.system), ("tools", session.tools)):
            if stored is not None:
                self._options[name] = msgspec.json.decode(stored)

    def summary(self, messages: Sequence[Any], seen: int, most_tokens: int) -> Call:
        """Return the call for a summary of that many tokens: with room to think before it, and nothing that would force another form."""
        budget = (self._options.get("thinking") or {}).get("budget_tokens") or self.manner.max_tokens
        call = self.call(messages, seen, room_for(self.model, most_tokens + budget))
        options = {name: value for name, value in call.options.items() if name not in FORCING}
        config = {name: value for name, value in (options.pop("output_config", None) or {}).items() if name != "format"}
        return replace(call, options=options | ({"output_config": config} if config else {}))

    def call(self, messages: Sequence[Any], seen: int = -1, max_tokens: int | None = None) -> Call:
        """Return the call with those messages, marked for the prompt cache; the prompt before it ended with the message `seen`."""
        arguments = marked({**self._options, "messages": messages}, seen, self.manner.cache)
        messages = arguments.pop("messages")
        mark = arguments.pop("cache_control", None)
        if mark is not None:  # beside the body, since the oldest SDKs have no word for it
            arguments["extra_body"] = {**(arguments.get("extra_body") or {}), "cache_control": mark}
        return Call(self.model, max_tokens or self.manner.max_tokens, messages, arguments)
