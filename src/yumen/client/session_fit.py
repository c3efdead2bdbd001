"""How a turn is made to fit, as a part of its plan: estimated, counted where that is near, and the oldest turns dropped or summarised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from yumen.claude import estimate_request, estimate_text
from yumen.claude.models import find_model
from yumen.client.call import text_of
from yumen.client.session_bytes import decoded, encoded
from yumen.client.too_long import words_of
from yumen.client.turn_steps import Count, Drop, Send, Step
from yumen.errors import OperatorError
from yumen.sessions.rules import Fits, Load, TooFull, fitting, history_of, is_near
from yumen.sessions.words import text_of as text_in

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from yumen.client.call import Reply
    from yumen.client.prompting import Prompt
    from yumen.sessions.values import Begun, Session, Turn

UNKNOWN_WINDOW = 200_000
"""What a model that the catalogue lacks is thought to take: the least of all current ones."""
ANSWER_SHARE = 4
"""An answer's room is kept free up to this part of the window."""
SUMMARY_TOKENS = 2_000
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


@dataclass(frozen=True, slots=True)
class Fit:
    """What a turn stands on: the session, the turns that are sent, and the calls that a summary took."""

    session: Session
    turns: tuple[Turn, ...]
    replies: tuple[Reply, ...] = ()


def fitted(prompt: Prompt, begun: Begun, question: bytes) -> Generator[Step, Any, Fit]:
    """Make it fit. Raises OperatorError where it does not, and nothing may be left out, or not enough can."""
    session, turns, manner = begun.session, begun.turns, prompt.manner
    room = room_of(prompt.model, manner.window, manner.max_tokens)
    load = load_of(prompt.model, session, turns, question)
    if is_near(load, room):
        messages = decoded(history_of(session, turns)) + decoded(question)
        exact: int | None = yield Count(prompt.call(messages))
        load = load.scaled(exact) if exact is not None else load
    verdict = fitting(load, turns, room, manner.when_full)
    if isinstance(verdict, Fits):
        return Fit(session, turns)
    if isinstance(verdict, TooFull):
        raise OperatorError(FULL, name=manner.name, over=f"{verdict.over_tokens:,}")
    gone, left = turns[: verdict.count], turns[verdict.count :]
    replies: tuple[Reply, ...] = ()
    summary = None
    if manner.when_full == "summarise":
        summary, replies = yield from summarised(prompt, session, gone)
        session = msgspec.structs.replace(session, summary=summary)
    yield Drop(session.id, gone[-1].number, summary)
    return Fit(session, left, replies)


def summarised(prompt: Prompt, session: Session, gone: Sequence[Turn]) -> Generator[Step, Any, tuple[bytes, tuple[Reply, ...]]]:
    """Return the messages that stand for turns. Claude is asked behind those turns themselves, which its prompt cache may still hold."""
    if prompt.manner.offline:
        return standing_for(by_hand(session, gone)), ()
    messages = decoded(history_of(session, gone))
    asked = [*messages, {"role": "user", "content": SUMMARISE}]
    reply: Reply = yield Send(prompt.call(asked, len(messages) - 2, SUMMARY_TOKENS), quiet=True)
    text = text_of(reply.message).strip()
    if not text:
        raise OperatorError("Claude gave no summary of the conversation {name}: nothing was left out", name=session.name)
    return standing_for(text), (reply,)


def standing_for(summary: str) -> bytes:
    """Return a summary as messages."""
    return encoded([{"role": "user", "content": STANDS_FOR + summary}, {"role": "assistant", "content": UNDERSTOOD}])


def by_hand(session: Session, gone: Sequence[Turn]) -> str:
    """Return what an offline summary says: the earlier one, and how each turn began."""
    earlier = text_in(session.summary).removeprefix(STANDS_FOR).removesuffix(UNDERSTOOD).strip()
    lines = [earlier] if earlier else [BY_HAND]
    for turn in gone:
        lines += [
            f"{sign} {text_in(part).replace(chr(10), ' ')[:LINE_CHARACTERS]}" for sign, part in ((">", turn.question), ("<", turn.answer))
        ]
    return "\n".join(lines)


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
