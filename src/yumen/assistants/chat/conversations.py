"""The chat's conversations are the library's: kept in its store, fitted to the model's window, cached."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from anthropic import APIConnectionError, APIError

from yumen.assistants.chat.talks import Choice, Exchange, Listed, Used
from yumen.claude.usage import Usage
from yumen.clock import Clock
from yumen.errors import Fault, Retry, Source
from yumen.meter import Prices
from yumen.sessions import TurnState, text_of
from yumen.sessions.styling import every_style, style_folders

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from yumen.client import Claude, Conversation
    from yumen.client.conversation import Spoken
    from yumen.sessions import Session, Turn


class Unanswered(Fault):
    """Claude did not answer."""

    source = Source.UPSTREAM
    status = 502
    retry = Retry.SAME
    chinese = "Claude 没有作答。"


class Conversations:
    """All that are kept."""

    def __init__(self, claude: Claude) -> None:
        """Talk with that Claude."""
        self._claude = claude

    @property
    def is_sandbox(self) -> bool:
        """Whether it is known that a sandbox answers, not Claude."""
        return self._claude.is_sandbox

    def open(self, name: str, choice: Choice) -> Kept:
        """Resume the conversation of that name, or begin it. Raises OperatorError."""
        return Kept(self._claude, name, choice)

    def listed(self) -> Sequence[Listed]:
        """Return the conversations, the last used first."""
        return [Listed(each.session.name, each.turns, each.session.used_us) for each in self._claude.conversations.list()]

    def fork(self, name: str, copy: str) -> None:
        """Copy a conversation. Raises OperatorError."""
        self._claude.conversation(name).fork(copy)

    def styles(self) -> Sequence[str]:
        """Return the names of the styles: ours, and those of the folder and of the environment."""
        return [style.name for style in every_style(style_folders(os.environ, Path.cwd()))]


class Kept:
    """One of them."""

    def __init__(self, claude: Claude, name: str, choice: Choice) -> None:
        """Open it. Raises OperatorError where the name or the choice will not do."""
        self._claude = claude
        self._said = choice
        self._conversation: Conversation = opened(claude, name, choice)

    @property
    def name(self) -> str:
        """What it is resumed by."""
        return self._conversation.name

    @property
    def choice(self) -> Choice:
        """How it is held now: as was said here, else as it is kept."""
        session = self._session()
        if session is None:
            return Choice(self._said.model or self._claude.model, self._said.style, self._said.system)
        kept = None if session.system is None or session.style else system_text(session.system)
        return Choice(self._said.model or session.model or self._claude.model, self._said.style or session.style, self._said.system or kept)

    def choose(self, choice: Choice) -> None:
        """Hold it so from the next question on; what is not chosen stays. Raises OperatorError where there is no such style."""
        said = {name: value for name, value in msgspec.structs.asdict(choice).items() if value is not None}
        chosen = msgspec.structs.replace(self._said, **said)
        self._conversation = opened(self._claude, self.name, chosen)
        self._said = chosen

    def say(self, text: str) -> Streamed:
        """Ask; the answer is kept when it has come whole."""
        return Streamed(self._conversation.say(text, stream=True))

    def exchanges(self) -> Sequence[Exchange]:
        """Return what was said, oldest first."""
        return [Exchange(text_of(turn.question), text_of(turn.answer) if is_whole(turn) else "") for turn in self._conversation.turns]

    def tokens(self) -> tuple[int, bool]:
        """Return how many tokens the history has; where they cannot be counted, as the last prompt and answer were."""
        turns = [turn for turn in self._conversation.turns if is_whole(turn) and not turn.dropped]
        if not turns:
            return 0, True
        messages: list[Any] = msgspec.json.decode(
            b"[" + b",".join(part for turn in turns for part in (turn.question, turn.answer or b"")) + b"]"
        )
        try:
            counted = self._claude.messages.count_tokens(model=self.choice.model or self._claude.model, messages=messages)
        except APIError:
            return turns[-1].usage.prompt_tokens + turns[-1].usage.output_tokens, False
        return counted.input_tokens, not self.is_sandbox

    @property
    def is_sandbox(self) -> bool:
        """Whether a sandbox counts, which estimates."""
        return self._claude.is_sandbox

    def used(self) -> Used:
        """Return what all its turns have used, by the published prices."""
        turns = self._conversation.turns
        prompts = sum(turn.usage.prompt_tokens for turn in turns)
        cached = sum(turn.usage.cache_read_tokens for turn in turns)
        return Used(len(turns), prompts, cached, sum(turn.usage.output_tokens for turn in turns), cost_of(turns))

    def _session(self) -> Session | None:
        return next((each.session for each in self._claude.conversations.list() if each.session.name == self.name), None)


class Streamed:
    """An answer as it comes; what goes wrong is a fault of ours."""

    def __init__(self, spoken: Spoken) -> None:
        """Take it from there."""
        self._spoken = spoken

    def __iter__(self) -> Iterator[str]:
        """Yield its text. Raises Unanswered, and OperatorError where the conversation is full."""
        try:
            yield from self._spoken
        except APIConnectionError as error:
            raise Unanswered(f"{error} ({error.__cause__ or 'no reason is known'})") from error
        except APIError as error:
            raise Unanswered(error.message) from error

    def close(self) -> None:
        """Leave it; where it has not ended, the turn counts as broken."""
        self._spoken.close()


def opened(claude: Claude, name: str, choice: Choice) -> Conversation:
    """Return a conversation of the library's. Raises OperatorError."""
    return claude.conversation(name, style=choice.style, system=choice.system, model=choice.model, when_full="summarise")


def is_whole(turn: Turn) -> bool:
    """Whether a turn has an answer that counts."""
    return turn.state is TurnState.ANSWERED


def system_text(system: bytes) -> str:
    """Return a system prompt, a text or blocks of it, as a text."""
    said = msgspec.json.decode(system)
    return said if isinstance(said, str) else "\n".join(block.get("text", "") for block in said)


def cost_of(turns: Sequence[Turn]) -> int | None:
    """Return what turns cost in nano-dollars; None where a model has no price."""
    prices, total = Prices(), 0
    for turn in turns:
        used = turn.usage
        if not used.prompt_tokens:
            continue
        usage = Usage(used.input_tokens, used.output_tokens, used.cache_read_tokens, used.cache_write_5m_tokens, used.cache_write_1h_tokens)
        cost = prices.cost(turn.model, usage, turn.ended_us or Clock().now_us())
        if cost is None:
            return None
        total += cost.nanousd
    return total
