"""How a turn is made to fit, as a part of its plan: estimated, counted where that is near, and the oldest turns dropped or summarised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from yumen.claude import estimate_request, estimate_text
from yumen.claude.models import find_model
from yumen.client.call import text_of
from yumen.client.session_bytes import REFUSAL, decoded, encoded
from yumen.client.too_long import SAID, PromptTooLong, words_of
from yumen.client.turn_steps import Count, Drop, Send, Step
from yumen.errors import OperatorError
from yumen.sessions.rules import Fits, Load, TooFull, fitting, history_of, is_near
from yumen.sessions.words import text_of as text_in

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from yumen.client.call import Reply
    from yumen.client.prompting import Prompt
    from yumen.sessions.values import Session, Turn

UNKNOWN_WINDOW = 200_000
"""What a model that the catalogue lacks is thought to take: the least of all current ones."""
ANSWER_SHARE = 4
"""An answer's room is kept free up to this part of the window."""
SUMMARY_TOKENS = 2_000
SUMMARY_SHARE = 8
LINE_CHARACTERS = 120
FULL = (
    "the conversation {name} is full: about {over} tokens more than there is room for; "
    "when_full='drop' leaves out the oldest turns, 'summarise' sums them up, and a new conversation begins empty"
)
SUMMARISE = """\
Sum up this conversation so far for yourself, since its turns above will not be shown to you again: who the user is and what they want, \
what was decided and found, names, numbers and wishes that may matter later, and what is still open. Write in the language of the \
conversation, at most 600 words, the summary alone; call no tool."""
STANDS_FOR = "What was said before, summed up:\n\n"
UNDERSTOOD = "Understood."
BY_HAND = "[sandbox, not Claude: the beginnings of the turns that were left out / 沙箱输出，并非 Claude：已省略各轮的开头]"


class TooLong(msgspec.Struct, frozen=True):
    """What a server says of a prompt that is too long, in tokens."""

    tokens: int
    window: int


@dataclass(frozen=True, slots=True)
class Fit:
    """What a turn stands on: the session, the turns that are sent, and the calls that a summary took."""

    session: Session
    turns: tuple[Turn, ...]
    replies: tuple[Reply, ...] = ()


def fitted(prompt: Prompt, fit: Fit, question: bytes, said: TooLong | None = None) -> Generator[Step, Any, Fit]:
    """Make it fit; `said` is what the server says of it. Raises OperatorError where it does not, and nothing may go, or not enough can."""
    load = load_of(prompt.model, fit.session, fit.turns, question)
    room = room_of(prompt.model, prompt.manner.window, prompt.manner.max_tokens)
    if said is not None:
        load, room = load.scaled(said.tokens), min(room, said.window)
    elif is_near(load, room):
        messages = decoded(history_of(fit.session, fit.turns)) + decoded(question)
        exact: int | None = yield Count(prompt.call(messages))
        load = load.scaled(exact) if exact is not None else load
    verdict = fitting(load, fit.turns, room, prompt.manner.when_full, summary_tokens(room))
    if isinstance(verdict, Fits):
        return fit
    if isinstance(verdict, TooFull):
        raise OperatorError(FULL, name=prompt.manner.name, over=f"{verdict.over_tokens:,}")
    return (yield from without(prompt, fit, verdict.count, summary_tokens(room)))


def without(prompt: Prompt, fit: Fit, count: int, most_tokens: int) -> Generator[Step, Any, Fit]:
    """Leave out the oldest turns, summarised where that is wanted."""
    gone, left = fit.turns[:count], fit.turns[count:]
    session, replies, summary = fit.session, fit.replies, None
    if prompt.manner.when_full == "summarise":
        summary, more = yield from summarised(prompt, session, gone, most_tokens)
        session, replies = msgspec.structs.replace(session, summary=summary), (*replies, *more)
    yield Drop(session.id, gone[-1].number, summary)
    return Fit(session, left, replies)


def summarised(
    prompt: Prompt, session: Session, gone: Sequence[Turn], most_tokens: int
) -> Generator[Step, Any, tuple[bytes, tuple[Reply, ...]]]:
    """Return the messages that stand for turns. Claude is asked behind those turns themselves, which its prompt cache may still hold."""
    if prompt.manner.offline:
        return standing_for(by_hand(session, gone, most_tokens)), ()
    messages = decoded(history_of(session, gone))
    asked = [*messages, {"role": "user", "content": SUMMARISE}]
    reply: Reply = yield Send(prompt.summary(asked, len(messages) - 2, most_tokens), quiet=True)
    text = text_of(reply.message).strip()
    if not text or reply.message.stop_reason == REFUSAL:
        raise OperatorError("Claude gave no summary of the conversation {name}: nothing was left out", name=session.name)
    return standing_for(text), (reply,)


def standing_for(summary: str) -> bytes:
    """Return a summary as messages."""
    return encoded([{"role": "user", "content": STANDS_FOR + summary}, {"role": "assistant", "content": UNDERSTOOD}])


def by_hand(session: Session, gone: Sequence[Turn], most_characters: int) -> str:
    """Return what an offline summary says: the earlier one, and how each turn began; where that is too long, the end of it."""
    earlier = text_in(session.summary).removeprefix(STANDS_FOR).removesuffix(UNDERSTOOD).removeprefix(BY_HAND).strip()
    lines = [earlier] if earlier else []
    for turn in gone:
        lines += [f"> {beginning(turn.question)}", f"< {beginning(turn.answer)}"]
    return f"{BY_HAND}\n" + "\n".join(lines)[-most_characters:]


def beginning(messages: bytes | None) -> str:
    """Return how messages begin, on one line."""
    return " ".join(text_in(messages).split())[:LINE_CHARACTERS]


def too_long_by(error: Exception) -> TooLong | None:
    """Return what an error says of a prompt's length; None: it is about something else."""
    if isinstance(error, PromptTooLong):
        return TooLong(error.tokens, error.window)
    found = SAID.search(str(error))
    return None if found is None else TooLong(int(found[1]), int(found[2]))


def summary_tokens(room_tokens: int) -> int:
    """Return how long a summary may be: an eighth of the room, and some pages at most."""
    return min(SUMMARY_TOKENS, room_tokens // SUMMARY_SHARE)


def room_of(model: str, window: int | None, max_tokens: int) -> int:
    """Return how many tokens a prompt may have: the model's window, or what the program allows, without room for the answer."""
    known = find_model(model)
    takes = known.max_input_tokens if known else UNKNOWN_WINDOW
    return min(takes - min(max_tokens, takes // ANSWER_SHARE), window or takes)


def load_of(model: str, session: Session, turns: Sequence[Turn], question: bytes) -> Load:
    """Return what a prompt takes, estimated."""
    own = [msgspec.json.decode(part) for part in (session.system, session.tools) if part]
    own += [decoded(session.summary or b""), decoded(question)]
    return Load(estimate_request(list(words_of(own)), model), tuple(weight_of(model, turn) for turn in turns))


def weight_of(model: str, turn: Turn) -> int:
    """Return what a turn takes, estimated."""
    messages = decoded(turn.question) + decoded(turn.answer or b"")
    return sum(estimate_text(text, model) for text in words_of(messages))
