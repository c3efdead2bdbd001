"""What a conversation is, awaited or not: how it is held, what is asked in it, and what it looks like from outside."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from yumen.claude.usage import Usage
from yumen.client.call import MAX_TOKENS
from yumen.client.desk import OWNER
from yumen.client.prompting import Manner
from yumen.client.session_bytes import decoded, encoded
from yumen.client.session_place import desk_at
from yumen.client.session_tools import ToolSet
from yumen.clock import Clock
from yumen.errors import OperatorError
from yumen.meter import Prices
from yumen.sessions.styling import find_style, style_folders
from yumen.sessions.values import Session, TurnState
from yumen.sessions.words import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import URL

    from yumen.client.turning import Ended
    from yumen.sessions import Found, Listed, Turn

log = logging.getLogger("yumen.client")

ROUNDS = 10
"""How often Claude may ask for tools in one turn."""
PATIENCE_S = 600.0
"""How long a turn waits for those before it: as long as the SDK waits for an answer."""
MOST_NAME = 200
AT_MOST = 1_000
NANO_PER_DOLLAR = Decimal(10**9)
WHEN_FULL = ("refuse", "drop", "summarise")


@dataclass(frozen=True, slots=True)
class Saved:
    """What Claude's prompt cache saved in a conversation."""

    tokens: int
    """Tokens that were read from the cache instead of being read anew."""
    nanousd: int | None
    """Nano-dollars by the published prices, less what writing the cache cost more; None where a price is not known."""

    @property
    def usd(self) -> Decimal | None:
        """The same in dollars."""
        return None if self.nanousd is None else self.nanousd / NANO_PER_DOLLAR


def manner_of(name: str, default_model: str, given: Mapping[str, Any]) -> Manner:
    """Return how a conversation is held by what a program says. Raises OperatorError for what cannot be meant."""
    check_name(name)
    said = dict(given)
    style, system, tools = said.pop("style", None), said.pop("system", None), said.pop("tools", ())
    when_full = said.pop("when_full", "refuse")
    if when_full not in WHEN_FULL:
        raise OperatorError("when_full is one of refuse, drop, summarise, not {said}", said=when_full)
    return Manner(
        name=name,
        default_model=default_model,
        model=said.pop("model", None),
        system=None if system is None else msgspec.json.encode(system),
        style=None if style is None else find_style(style, style_folders(os.environ, Path.cwd())),
        tools=ToolSet(tools or ()),
        max_tokens=said.pop("max_tokens", None) or MAX_TOKENS,
        when_full=when_full,
        window=said.pop("window", None),
        cache=said.pop("cache", "5m"),
        rounds=said.pop("max_rounds", ROUNDS),
        options=said,
    )


def renamed(manner: Manner, name: str) -> Manner:
    """Return the same manner for another conversation."""
    check_name(name)
    return replace(manner, name=name)


def held(manner: Manner, claude: object, tools: ToolSet | None) -> Manner:
    """Return how the next turn is held: with other tools, if any are given, and by what is known by now of who answers."""
    return replace(manner, tools=tools or manner.tools, offline=bool(getattr(claude, "is_sandbox", False)))


def check_name(name: str) -> None:
    """Raise OperatorError for what is no name of a conversation."""
    if not name.strip() or len(name) > MOST_NAME or not name.isprintable():
        raise OperatorError("a conversation's name has 1 to {most} printable characters", most=MOST_NAME)


def question_of(content: str | Sequence[Any]) -> bytes:
    """Return what the user says as a message in JSON. Raises OperatorError where it is nothing."""
    if not content or (isinstance(content, str) and not content.strip()):
        raise OperatorError("there is nothing to ask: the text is empty")
    return encoded([{"role": "user", "content": content if isinstance(content, str) else list(content)}])


def unanswered_in(turns: Sequence[Turn], now_us: int) -> Turn | None:
    """Return the question that was asked last, where no answer to it came and none is under way."""
    last = turns[-1] if turns else None
    if last is None or last.state is TurnState.ANSWERED or (last.state is TurnState.OPEN and last.lease_until_us > now_us):
        return None
    return last


def question_again(turn: Turn | None, name: str) -> bytes:
    """Return an unanswered question as it is asked again, with the tools' results that came. Raises OperatorError where there is none."""
    if turn is None:
        raise OperatorError("nothing in the conversation {name} is unanswered", name=name)
    return turn.question


def asked_in(turn: Turn | None) -> str | None:
    """Return the words of a question."""
    return None if turn is None else text_of(encoded(decoded(turn.question)[:1]))


def saved_in(turns: Sequence[Turn]) -> Saved:
    """Return what the prompt cache saved in turns."""
    prices, now_us = Prices(), Clock().now_us()
    nanousd: int | None = 0
    for turn in turns:
        used = turn.usage
        cached = Usage(**msgspec.structs.asdict(used))
        plain = Usage(used.prompt_tokens, used.output_tokens)
        without, with_ = prices.cost(turn.model, plain, now_us), prices.cost(turn.model, cached, now_us)
        if used.prompt_tokens and nanousd is not None:
            nanousd = None if without is None or with_ is None else nanousd + without.nanousd - with_.nanousd
    return Saved(sum(turn.usage.cache_read_tokens for turn in turns), nanousd)


def flag_uncounted(ended: Ended, name: str) -> None:
    """Warn where an answer does not stand in the history."""
    if not ended.counts:
        log.warning("the answer to turn %d of the conversation %s does not stand in its history [%s]", ended.number, name, ended.message.id)


# ── at the desk, in the shared loop ─────────────────────────────────────────


async def read(url: URL, name: str) -> tuple[Session | None, tuple[Turn, ...]]:
    """Return a session with every turn; none of both where it has not begun."""
    found = await (await desk_at(url)).shelf.read(OWNER, name)
    return (None, ()) if found is None else found


async def fork(url: URL, name: str, copy: str) -> None:
    """Copy a session. Raises OperatorError where there is none, or one of the copy's name."""
    desk = await desk_at(url)
    session = await desk.shelf.find(OWNER, name)
    if session is None:
        raise OperatorError("there is no conversation {name}", name=name)
    now_us = desk.clock.now_us()
    made = {"id": desk.clock.new_id("sess_"), "created_us": now_us, "used_us": now_us, "forked_from": session.id}
    new = msgspec.structs.replace(session, name=copy, **made)
    if not await desk.shelf.fork(session, new):
        raise OperatorError("there is a conversation {name} already", name=copy)


async def every(url: URL, at_most: int = AT_MOST) -> list[Listed]:
    """Return the conversations, the last used first."""
    return await (await desk_at(url)).shelf.every(OWNER, at_most)


async def search(url: URL, text: str, at_most: int = AT_MOST) -> list[Found]:
    """Return the turns that contain a text, the newest first."""
    return await (await desk_at(url)).shelf.search(OWNER, text, at_most)


async def delete(url: URL, name: str) -> bool:
    """Delete a session; return whether there was one."""
    return await (await desk_at(url)).shelf.delete(OWNER, name)
