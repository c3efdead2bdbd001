"""Many questions at once: how they are put as calls, and how their answers are handed over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from yumen.client.call import MAX_TOKENS, Call, messages_of, room_for, text_of
from yumen.client.merging import TOGETHER, Unanswered, split
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from anthropic.types import Message

    from yumen.client.merging import Sheet

Way = Literal["merge", "batches"]
WAYS: tuple[Way, ...] = ("merge", "batches")
EACH_TOKENS = 2_048
"""What each answer may have in a prompt of many questions, where nobody says; they rarely all need it."""
ABOUT_ONE = (400, 413)
"""Statuses that are about the request alone."""
AT_ONCE = 4
"""Prompts that are under way together; the client's limits hold beside it."""


class SomeUnanswered(OperatorError):  # noqa: N818  (the house names faults by what is wrong)
    """Some of many questions got no answer; `results` has what came of each, in their order."""

    def __init__(self, sentence: str, results: Sequence[str | Unanswered], **values: object) -> None:
        """Take the sentence, and what came of each question."""
        super().__init__(sentence, **values)
        self.results = list(results)


Result = str | Unanswered


@dataclass(frozen=True, slots=True)
class Many:
    """What is asked, and how."""

    questions: Sequence[str]
    model: str
    max_tokens: int | None = None
    """For each answer."""
    options: Mapping[str, Any] = field(default_factory=dict)
    together: int = TOGETHER
    progress: Callable[[int, int], None] | None = None
    """Told how many questions are done, of how many."""
    state: str | Path | None = None
    """The file in which batches are noted, if not the user's own."""

    remembered: bool = False
    """Whether the note of batches stays when the answers are handed over: who wants to keep them first forgets it then."""

    def call(self, sheet: Sheet) -> Call:
        """Return the call for a prompt: with room for each of its answers."""
        if sheet.key is None:
            return self.alone(sheet.text)
        room = max(MAX_TOKENS, len(sheet.places) * (self.max_tokens or EACH_TOKENS))
        return Call(self.model, room_for(self.model, room), messages_of(sheet.text), self.options)

    def alone(self, question: str) -> Call:
        """Return the call for one question."""
        return Call(self.model, self.max_tokens or room_for(self.model, MAX_TOKENS), messages_of(question), self.options)

    def asked(self) -> list[int]:
        """Return the places of the questions that are asked: a blank one has a blank answer."""
        return [place for place, question in enumerate(self.questions) if question.strip()]

    def requests(self) -> list[dict[str, Any]]:
        """Return the questions that are asked, each as the body of a request in a batch."""
        return [batch_params(self.alone(self.questions[place])) for place in self.asked()]

    def settled(self, sheets: Sequence[Sheet], results: Sequence[Result]) -> int:
        """Return how many questions prompts have settled: those that were answered, and those that stand alone and cannot be."""
        pairs = zip(sheets, results, strict=True)
        return sum(len(split(sheet, said)) if isinstance(said, str) else sheet.key is None for sheet, said in pairs)

    def told(self, done: int, total: int) -> None:
        """Tell how many are done."""
        if self.progress is not None:
            self.progress(done, total)


def call_for(default: str, prompt: str | Iterable[Any], given: Mapping[str, Any]) -> Call:
    """Return the call for a prompt: with the client's own model and room for an essay where nothing else is said."""
    options = {name: value for name, value in given.items() if value is not None and name not in ("model", "max_tokens")}
    model = given.get("model") or default
    return Call(model, given.get("max_tokens") or room_for(model, MAX_TOKENS), messages_of(prompt), options)


def checked_way(way: str) -> Way:
    """Return the way of asking. Raises OperatorError where there is none of that name."""
    for known in WAYS:
        if way == known:
            return known
    raise OperatorError("way is merge or batches, not {way}", way=repr(way))


def batch_params(call: Call) -> dict[str, Any]:
    """Return a call as the body of a request in a batch, where options beyond the SDK's names stand beside the others."""
    given = call.arguments
    return {name: value for name, value in given.items() if not name.startswith("extra_") and name != "timeout"} | (
        given.get("extra_body") or {}
    )


def refused(error: Exception) -> Unanswered:
    """Return why a question got no answer. Raises the error again where it is of no one question (a key, a limit, an overload)."""
    if getattr(error, "status_code", 400) not in ABOUT_ONE:
        raise error
    body = getattr(error, "body", None)
    said = body.get("error") if isinstance(body, dict) else None
    return Unanswered(str(said.get("message")) if isinstance(said, dict) and said.get("message") else str(error))


def in_order(many: Many, found: Mapping[int, str | Message | Unanswered]) -> list[str | Unanswered]:
    """Return what came of each question, in their order, as text."""
    return [as_text(found.get(place, "")) for place in range(len(many.questions))]


def as_text(found: str | Message | Unanswered) -> str | Unanswered:
    """Return a message's words; what is none as it is."""
    return found if isinstance(found, str | Unanswered) else text_of(found)


def texts_or_raise(results: Sequence[str | Unanswered]) -> list[str]:
    """Return the answers. Raises SomeUnanswered, which has them all, where one is missing."""
    texts = [result for result in results if isinstance(result, str)]
    if len(texts) == len(results):
        return texts
    failed = [(place, result) for place, result in enumerate(results, 1) if isinstance(result, Unanswered)]
    raise SomeUnanswered(
        "{failed} of {count} questions got no answer, first of them number {number}: {reason}",
        results,
        failed=len(failed),
        count=len(results),
        number=failed[0][0],
        reason=failed[0][1].reason,
    )
