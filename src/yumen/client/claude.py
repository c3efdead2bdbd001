"""Claude for threads: the official SDK's client with Yumen's place, key, pool, retries, limits, and what people ask of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yumen.client import asking
from yumen.client.conversation import Conversation, Conversations
from yumen.client.core import Core
from yumen.client.many import Many, Way, call_for, checked_way, texts_or_raise
from yumen.client.talk import manner_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from anthropic.types import MessageParam, TextBlockParam

    from yumen.client.answers import Answer
    from yumen.client.merging import Unanswered
    from yumen.client.session_tools import ToolLike
    from yumen.sessions.rules import WhenFull


class Claude(Core):
    """Claude, to be shared by all threads of a program: `claude.messages.create(…)` and all else of the SDK, and the short ways."""

    def answer(
        self,
        prompt: str | Iterable[MessageParam],
        *,
        system: str | None = None,
        model: str | None = None,
        max_tokens: int | None = None,
        on_text: Callable[[str], object] | None = None,
        **options: Any,  # noqa: ANN401  (those of `messages.create`)
    ) -> Answer:
        """Ask once; return the answer with what is to be known of it. `prompt` is a text, or messages as `messages.create` takes them.

        Without `max_tokens` it may have 8,192 of them; one that was cut off is flagged (`truncated`, and a warning in the log).
        With `on_text` it is streamed: that is told each piece of text as it comes. Raises what the SDK raises, and PromptTooLong, before
        anything is sent, where the prompt cannot fit.
        """
        given = {"system": system, "model": model, "max_tokens": max_tokens, **options}
        return asking.answer(self, call_for(self.model, prompt, given), on_text)

    def ask(
        self,
        prompt: str | Iterable[MessageParam],
        *,
        system: str | None = None,
        model: str | None = None,
        max_tokens: int | None = None,
        **options: Any,  # noqa: ANN401  (the same)
    ) -> str:
        """Ask once and return the text alone. Raises as `answer` does."""
        return self.answer(prompt, system=system, model=model, max_tokens=max_tokens, **options).text

    def ask_many(  # noqa: PLR0913  (what is asked, and how)
        self,
        questions: Iterable[str],
        *,
        way: Way = "merge",
        system: str | None = None,
        model: str | None = None,
        max_tokens: int | None = None,
        progress: Callable[[int, int], None] | None = None,
        state: str | Path | None = None,
        **options: Any,  # noqa: ANN401  (the same)
    ) -> list[str]:
        """Return the answers to many questions, in their order; a blank question has a blank answer, and is not asked.

        `way="merge"` puts some twenty into one prompt, checks what comes back, and asks again for what is missing, in the end one by one.
        `way="batches"` asks each by itself through Message Batches: at half the price, within a day. Whoever dies meanwhile and asks the
        same once more gets the batch that is there: `state` names the file that knows of it, if not the user's own.
        `progress` is told how many are done, of how many; `max_tokens` is for each answer. Raises SomeUnanswered, which has all results,
        where a question got no answer, and what the SDK raises.
        """
        given = {"system": system, **options}
        call = call_for(model or self.model, "", given)
        many = Many(list(questions), call.model, max_tokens, call.options, progress=progress, state=state)
        return texts_or_raise(self.outcomes(many, way))

    def outcomes(self, many: Many, way: Way = "merge") -> list[str | Unanswered]:
        """Return what came of each of many questions: its answer, or why there is none. Raises what the SDK raises."""
        ask = {"merge": asking.ask_merged, "batches": asking.ask_batched}[checked_way(way)]
        return ask(self, many)

    def conversation(  # noqa: PLR0913  (how it is held)
        self,
        name: str,
        *,
        style: str | None = None,
        system: str | Iterable[TextBlockParam] | None = None,
        model: str | None = None,
        max_tokens: int | None = None,
        when_full: WhenFull = "refuse",
        tools: Iterable[ToolLike] = (),
        **more: Any,  # noqa: ANN401  (`window`, `cache`, `max_rounds`, and the options of `messages.create`)
    ) -> Conversation:
        """Return the conversation of that name, begun with its first `say`, gone on with from wherever it stands.

        What is not said here stays as it is stored. `when_full` says what is done when the model's window is full: `refuse` the turn,
        `drop` the oldest whole turns from what is sent, or `summarise` them; all stays in the store. `tools` are functions with types
        and a docstring, called when Claude asks for them, at most `max_rounds` (10) times in a turn. `window` bounds the prompt in
        tokens; `cache` is how long Claude's prompt cache keeps it: `5m`, `1h` or `off`. Raises OperatorError for what cannot be meant.
        """
        said = {"style": style, "system": system, "model": model, "max_tokens": max_tokens, "when_full": when_full, "tools": tools}
        manner = manner_of(name, self.model, said | more)
        return Conversation(self, manner, self.state.sessions)

    @property
    def conversations(self) -> Conversations:
        """All conversations of the store: to list, to search, to export, to delete."""
        return Conversations(self.state.sessions)
