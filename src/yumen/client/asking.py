"""What `Claude.answer`, `ask` and `ask_many` do, without `await`."""

from __future__ import annotations

import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from yumen.client.answers import answer_of, flag_message
from yumen.client.batch_notes import notes_for
from yumen.client.batching import Batching
from yumen.client.many import AT_ONCE, Result, in_order, refused
from yumen.client.merging import Unanswered, merging
from yumen.client.sending import REFUSALS, do, send
from yumen.client.steps import carry_out
from yumen.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from anthropic.types import Message

    from yumen.client.answers import Answer
    from yumen.client.batch_notes import Notes
    from yumen.client.call import Call
    from yumen.client.core import Core
    from yumen.client.many import Many
    from yumen.client.merging import Sheet

TOKEN_BYTES = 12


def answer(client: Core, call: Call, on_text: Callable[[str], object] | None = None) -> Answer:
    """Ask once and return the answer. Raises what the SDK raises."""
    ask = partial(send, client)
    return answer_of(call, send(client, call, on_text), client.state.prices, ask)


def ask_merged(client: Core, many: Many) -> list[Result]:
    """Ask questions merged into few prompts; return what came of each, in their order."""
    asked = len(many.asked())
    done = 0

    def ask(sheet: Sheet) -> Result:
        try:
            return answer(client, many.call(sheet)).text
        except REFUSALS as refusal:
            return refused(refusal)

    def ask_all(sheets: list[Sheet]) -> list[Result]:
        nonlocal done
        with ThreadPoolExecutor(min(AT_ONCE, len(sheets))) as threads:
            results = list(threads.map(ask, sheets))
        done += many.settled(sheets, results)
        many.told(done, asked)
        return results

    return in_order(many, carry_out(merging(many.questions, many.model, many.together), ask_all))


def ask_batched(client: Core, many: Many) -> list[Result]:
    """Ask questions by Message Batches, each on its own; return what came of each, in their order."""
    notes = notes_of(str(client.base_url), many)
    return handed_over(many, notes, carry_out(batching(many, notes).ask(many.requests()), partial(do, client)))


def notes_of(address: str, many: Many) -> Notes:
    """Return the notes of the batches in which these questions are asked at an address."""
    return notes_for(address, many.requests(), os.environ, many.state)


def batching(many: Many, notes: Notes) -> Batching:
    """Return what plans the batches."""
    return Batching(notes, many.told, partial(secrets.token_hex, TOKEN_BYTES), Clock().now_us)


def handed_over(many: Many, notes: Notes, messages: Sequence[Message | Unanswered]) -> list[Result]:
    """Return what came of each question, flagged where it was cut off, and forget the batches unless they are to be kept in mind."""
    for message in messages:
        if not isinstance(message, Unanswered):
            flag_message(message)
    if not many.remembered:
        notes.forget()
    return in_order(many, dict(zip(many.asked(), messages, strict=True)))
