"""What Claude answered, with what a program wants to know of it: whether it is whole, what it took, what it cost."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from yumen.claude.usage import COUNTS, Usage
from yumen.client.call import text_of
from yumen.client.continuing import ROUNDS, continuing, with_text
from yumen.client.steps import carry_out, carry_out_async
from yumen.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from anthropic.types import Message

    from yumen.client.call import Call, Reply
    from yumen.meter import Prices

CUT_OFF = ("max_tokens", "model_context_window_exceeded")
CUT_OFF_SAID = "an answer was cut off (%s) after %d tokens: answer.continued() goes on with it, a larger max_tokens leaves it room [%s]"
NANO_PER_DOLLAR = Decimal(10**9)
log = logging.getLogger("yumen.client")


@dataclass(frozen=True, slots=True)
class Answered:
    """What is known of an answer, awaited or not."""

    text: str
    message: Message
    """The SDK's message; of an answer that was gone on with, the last one, with the whole text in it."""
    replies: tuple[Reply, ...] = field(repr=False)
    """What the server sent: one reply, or one for each round."""
    prices: Prices = field(repr=False)

    @property
    def truncated(self) -> bool:
        """Whether it was cut off, by `max_tokens` or the model's window, before Claude had said all."""
        return self.message.stop_reason in CUT_OFF

    @property
    def attempts(self) -> int:
        """How many attempts it took, in all rounds."""
        return sum(reply.attempts for reply in self.replies)

    @property
    def usage(self) -> Usage:
        """The tokens of all rounds."""
        used = [usage_of(reply.message) for reply in self.replies]
        return Usage(**{name: sum(getattr(usage, name) for usage in used) for name in COUNTS})

    @property
    def cost_nanousd(self) -> int | None:
        """What it cost in nano-dollars by the settings' prices, else the published ones; None where the model has none.

        What a sandbox said is priced, not paid.
        """
        now_us = Clock().now_us()
        costs = [self.prices.cost(reply.message.model, usage_of(reply.message), now_us) for reply in self.replies]
        return None if None in costs else sum(cost.nanousd for cost in costs if cost is not None)

    @property
    def cost_usd(self) -> Decimal | None:
        """The same in dollars."""
        nanousd = self.cost_nanousd
        return None if nanousd is None else nanousd / NANO_PER_DOLLAR

    def __str__(self) -> str:
        """Return the text."""
        return self.text


@dataclass(frozen=True, slots=True)
class Answer(Answered):
    """What `Claude.answer` returns."""

    call: Call = field(repr=False)
    ask: Callable[[Call], Reply] = field(repr=False)

    def continued(self, rounds: int = ROUNDS) -> Answer:
        """Return the whole answer: what `max_tokens` cut off is asked for, at most so many times, and joined without a seam.

        One that was not cut off so is returned as it is. Raises what the SDK raises.
        """
        if self.message.stop_reason != "max_tokens":
            return self
        replies, text = carry_out(continuing(self.call, self.replies[-1], rounds), self.ask)
        said = with_text(replies[-1].message, text)
        answer = Answer(text, said, (*self.replies[:-1], *replies), self.prices, self.call, self.ask)
        flag(answer)
        return answer


@dataclass(frozen=True, slots=True)
class AsyncAnswer(Answered):
    """What `AsyncClaude.answer` returns."""

    call: Call = field(repr=False)
    ask: Callable[[Call], Awaitable[Reply]] = field(repr=False)

    async def continued(self, rounds: int = ROUNDS) -> AsyncAnswer:
        """Return the whole answer, as `Answer.continued` does."""
        if self.message.stop_reason != "max_tokens":
            return self
        replies, text = await carry_out_async(continuing(self.call, self.replies[-1], rounds), self.ask)
        said = with_text(replies[-1].message, text)
        answer = AsyncAnswer(text, said, (*self.replies[:-1], *replies), self.prices, self.call, self.ask)
        flag(answer)
        return answer


def answer_of(call: Call, reply: Reply, prices: Prices, ask: Callable[[Call], Reply]) -> Answer:
    """Return a reply as an answer, flagged where it was cut off."""
    answer = Answer(text_of(reply.message), reply.message, (reply,), prices, call, ask)
    flag(answer)
    return answer


def async_answer_of(call: Call, reply: Reply, prices: Prices, ask: Callable[[Call], Awaitable[Reply]]) -> AsyncAnswer:
    """Return the same of an `AsyncClaude`."""
    answer = AsyncAnswer(text_of(reply.message), reply.message, (reply,), prices, call, ask)
    flag(answer)
    return answer


def flag(answer: Answered) -> None:
    """Warn where an answer was cut off."""
    flag_message(answer.message)


def flag_message(message: Message) -> None:
    """Warn, where a message was cut off, in the log of whoever reads one; without one, on stderr."""
    if message.stop_reason in CUT_OFF:
        log.warning(CUT_OFF_SAID, message.stop_reason, message.usage.output_tokens, message.id)


def usage_of(message: Message) -> Usage:
    """Return a message's usage in our own words."""
    said = message.usage
    written, searched, thought = said.cache_creation, said.server_tool_use, said.output_tokens_details
    all_written = said.cache_creation_input_tokens or 0
    for_an_hour = written.ephemeral_1h_input_tokens if written else 0
    return Usage(
        input_tokens=said.input_tokens,
        output_tokens=said.output_tokens,
        cache_read_tokens=said.cache_read_input_tokens or 0,
        cache_write_5m_tokens=all_written - for_an_hour,
        cache_write_1h_tokens=for_an_hour,
        thinking_tokens=thought.thinking_tokens if thought else 0,
        web_search_requests=searched.web_search_requests if searched else 0,
        service_tier=said.service_tier,
        speed=getattr(said, "speed", None),
        inference_geo=said.inference_geo,
    )
