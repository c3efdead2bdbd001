"""One turn of a conversation as a plan: what is looked up, sent, called and taken down, in which order. Nothing is done here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from yumen.claude.history import joined, without_marks
from yumen.client.prompting import Prompt
from yumen.client.session_bytes import again, decoded, encoded, tool_uses, usage_of_turn
from yumen.client.session_fit import Fit, fitted, too_long_by
from yumen.client.turn_steps import Begin, Find, Finish, Grow, Run, Send
from yumen.errors import OperatorError
from yumen.sessions.rules import history_of
from yumen.sessions.values import Closing, Mine, Opening, Session, TurnState, TurnUsage

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from anthropic.types import Message

    from yumen.client.call import Call, Reply
    from yumen.client.prompting import Manner
    from yumen.client.turn_steps import Step


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of a turn."""

    message: Message
    replies: tuple[Reply, ...]
    call: Call
    number: int
    counts: bool
    """Whether it stands in the history."""


def turn(manner: Manner, question: bytes, request_id: str, session_id: str) -> Generator[Step, Any, Ended]:
    """Ask one question in a conversation, with all calls of tools that Claude wants, and take it down."""
    known: Session | None = yield Find(manner.name)
    said = said_of(manner, known, question)
    kept = without_marks(question)  # those of earlier turns would count, and Claude takes four in all

    def make(now_us: int, lease_until_us: int) -> Opening:
        return Opening(session_id, request_id, kept, now_us, lease_until_us, **said)

    begun, mine = yield Begin(manner.name, make)
    prompt = Prompt(manner, begun.session)
    fit = yield from fitted(prompt, Fit(begun.session, begun.turns), question)
    talk = Talk(prompt, fit, question)
    try:
        message, used = yield from answered(talk, mine)
    except Exception as error:
        over = too_long_by(error)
        if over is None or talk.replies or manner.when_full == "refuse":
            raise
        fit = yield from fitted(prompt, fit, question, over)
        talk = Talk(prompt, fit, question)
        message, used = yield from answered(talk, mine)
    used = used.plus(usage_of_turn([reply.message for reply in fit.replies]))
    answer = again(message)
    state = TurnState.ANSWERED if answer else TurnState.BROKEN
    counts = yield Finish(mine, lambda now_us: Closing(state, now_us, answer, message.model, used))
    return Ended(message, tuple(talk.replies), talk.call, mine.number, counts and answer is not None)


def answered(talk: Talk, mine: Mine) -> Generator[Step, Any, tuple[Message, TurnUsage]]:
    """Call Claude until it has answered, and the tools that it asks for; return its last message, and what all calls used."""
    used = TurnUsage()
    while True:
        reply: Reply = yield Send(talk.call)
        used = used.plus(usage_of_turn([reply.message]))
        talk.hear(reply)
        uses = tool_uses(reply.message)
        if not uses and reply.message.stop_reason != "pause_turn":
            return reply.message, used
        if len(talk.replies) > talk.rounds:
            raise OperatorError("after {rounds} rounds of tools Claude asks for more; max_rounds allows more of them", rounds=talk.rounds)
        results = (yield Run(uses)) if uses else []
        talk.add(reply.message, results)
        yield Grow(mine, talk.question)


class Talk:
    """The messages of one turn, growing by the calls of tools and their results."""

    def __init__(self, prompt: Prompt, fit: Fit, question: bytes) -> None:
        """Begin with the history and the question."""
        before = decoded(history_of(fit.session, fit.turns))
        self._prompt = prompt
        self._messages = [*before, *decoded(question)]
        self._seen = len(before) - 2 if fit.turns else -1  # where the prompt of the turn before ended: its answer stands behind it
        self.rounds = prompt.manner.rounds
        self.question = without_marks(question)
        self.replies: list[Reply] = []

    @property
    def call(self) -> Call:
        """The next call."""
        return self._prompt.call(self._messages, self._seen)

    def hear(self, reply: Reply) -> None:
        """Take a reply."""
        self.replies.append(reply)

    def add(self, message: Message, results: Sequence[Any]) -> None:
        """Put what Claude said, and what its tools gave, behind the question."""
        self._seen = len(self._messages) - 1
        given = without_marks(encoded([{"role": "user", "content": list(results)}])) if results else b""
        more = [again(message) or b"", given]
        self.question = joined([self.question, *more])
        self._messages = [*self._messages, *decoded(joined(more))]


def said_of(manner: Manner, known: Session | None, question: bytes) -> dict[str, Any]:
    """Return what a turn says of its session. A style in the other language is the same style: what stands there stays."""
    model = manner.model or (known.model if known else None) or manner.default_model
    said: dict[str, Any] = {"model": model, "system": manner.system, "tools": manner.tools.json}
    if manner.style is None:
        return said
    texts = [encoded_system(text, manner.system) for text in manner.style.texts]
    said |= {"style": manner.style.name, "system": encoded_system(manner.style.text_for(question.decode()), manner.system)}
    if known is not None and known.system in texts:
        said["system"] = known.system
    return said


def encoded_system(text: str, more: bytes | None) -> bytes:
    """Return a style's text as JSON, with what the program says beside it."""
    if more is None:
        return msgspec.json.encode(text)
    other = msgspec.json.decode(more)
    if isinstance(other, str):
        return msgspec.json.encode(f"{text}\n\n{other}")
    return msgspec.json.encode([{"type": "text", "text": text}, *other])
