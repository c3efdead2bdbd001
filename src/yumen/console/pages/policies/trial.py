"""A policy tried out on what somebody wrote beside it, before it is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from yumen.console.pages.policies.marking import Piece, marked
from yumen.policy.trying import Shown

if TYPE_CHECKING:
    from yumen.console.pages.visit import Visit

TRIED_SENTENCES = {"request": "What is asked", "answer": "What Claude answers"}
KIND_SENTENCES = {"text": "A text", "body": "A whole request, in JSON"}
ACTION_SENTENCES = {"block": "block", "redact": "redact", "flag": "flag", "allow": "allow", "nothing": "nothing"}
ACTION_KINDS = {"block": "bad", "redact": "warn", "flag": "good"}
"""The colours of actions."""
VERDICT_SENTENCES = {
    "blocked": "It would be blocked.",
    "redacted": "It would pass, redacted.",
    "flagged": "It would pass, and be flagged.",
    "passed": "It would pass. Nothing was found.",
}
VERDICT_KINDS = {"blocked": "bad", "redacted": "warn", "flagged": "quiet", "passed": "good"}


MOST_MARKS = 2_000
MOST_ROWS = 200
"""So many hits are marked, and told one by one: more make a page that no browser likes."""


class Trial(msgspec.Struct, frozen=True):
    """What came of one side."""

    side: str
    """`request` or `answer`."""
    verdict: str
    blocked: str | None
    """What the caller would read."""
    sent: str
    """What would be sent on, where it was changed."""
    pieces: list[Piece]
    hits: tuple[Shown, ...]
    """The first of them."""
    count: int
    """How many there are."""


async def tried(visit: Visit, fields: dict[str, Any]) -> list[Trial]:
    """Try a document out on what the form holds: a text or a body, and an answer where there is one. Raises InvalidRequest."""
    trials = []
    what = "body" if visit.form.text("kind") == "body" else "text"
    for side, text in (("request", visit.form.raw("sample")), ("answer", visit.form.raw("answer"))):
        if text.strip():
            asked = {"document": fields, what if side == "request" or looks_like_json(text) else "text": text, "answer": side == "answer"}
            done = await visit.do("policies.test", asked)
            trials.append(
                Trial(
                    side,
                    verdict_of(done, text),
                    done.blocked,
                    done.sent,
                    marked(text, done.hits[:MOST_MARKS]),
                    done.hits[:MOST_ROWS],
                    len(done.hits),
                )
            )
    return trials


def looks_like_json(text: str) -> bool:
    """Whether an answer is pasted as it came, not as a text."""
    return text.lstrip().startswith("{")


def verdict_of(done: Any, text: str) -> str:  # noqa: ANN401  (what the operation answers)
    """Return what became of a text."""
    if done.blocked is not None:
        return "blocked"
    if done.sent != text:
        return "redacted"
    return "flagged" if done.hits else "passed"
