"""Writing: first an outline, then section after section, each with what went before it; what is written is kept till the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.assistants.summaries.cutting import room_in
from yumen.assistants.writing.mechanical import draft_of, outline_from
from yumen.assistants.writing.outline import parse_outline
from yumen.assistants.writing.prompt import OUTLINE, SECTION, outline_question, section_question, system_for, written_before
from yumen.assistants.writing.values import Draft, Outline, Wish
from yumen.claude import estimate_text
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from yumen.assistants.pieces import Pieces
    from yumen.client import Claude

MAX_TOKENS = 8_000


class OfflineAnswered(Exception):  # noqa: N818  (a turn of the work, not a fault)
    """The sandbox was found to answer, not Claude."""


class Writer:
    """Writes one text."""

    def __init__(self, claude: Claude, wish: Wish, pieces: Pieces) -> None:
        """Ask that Claude; the outline and the sections are kept in `pieces`. Raises OperatorError where the brief says nothing."""
        if not wish.brief.strip():
            raise OperatorError("the brief is empty")
        self._claude = claude
        self._wish = wish
        self._pieces = pieces

    def outline(self) -> Outline:
        """Return the outline. Raises OperatorError where Claude refuses, or what comes is none; what the SDK raises besides."""
        if self._claude.is_sandbox:
            return outline_from(self._wish.brief)
        try:
            return parse_outline(self._asked(system_for(self._wish, OUTLINE), outline_question(self._wish), parse_outline))
        except OfflineAnswered:
            return outline_from(self._wish.brief)

    def write(self, outline: Outline | None = None, progress: Callable[[int, int], object] | None = None) -> Draft:
        """Write the text; without an outline, by its own. `progress` is told how many sections are written, of how many.

        Raises as `outline` does. The sections that are written are kept then, and a second run goes on after them.
        """
        outline = outline or self.outline()
        try:
            return self._offline(outline) if self._claude.is_sandbox else self._written(outline, progress or nobody)
        except OfflineAnswered:
            return self._offline(outline)

    def _offline(self, outline: Outline) -> Draft:
        return Draft(draft_of(outline, self._wish.brief), outline, is_sandbox=True)

    def _written(self, outline: Outline, progress: Callable[[int, int], object]) -> Draft:
        system = system_for(self._wish, SECTION)
        parts, before = [f"# {outline.title}"], list[str]()
        progress(0, len(outline.sections))
        for place, section in enumerate(outline.sections):
            text = self._asked(system, section_question(self._wish, outline, place, self._fitting(before)))
            parts += [f"## {section.heading}", text]
            before.append(written_before(section.heading, text))
            progress(place + 1, len(outline.sections))
        return Draft("\n\n".join(parts), outline)

    def _fitting(self, before: Sequence[str]) -> Sequence[str]:
        """Return as much of what went before as the model's window takes: the sections next before, where it is not all of them."""
        room, first = room_in(self._claude.model) - estimate_text(self._wish.brief, self._claude.model), len(before)
        while first and (room := room - estimate_text(before[first - 1], self._claude.model)) > 0:
            first -= 1
        return before[first:]

    def _asked(self, system: str, question: str, check: Callable[[str], object] = str) -> str:
        """Return the answer to a question that may have been answered in an earlier run; one at which `check` raises is not kept."""
        made_from = [self._claude.model, system, question]
        known = self._pieces.get(made_from)
        if known is not None:
            return known
        answer = self._claude.answer(question, system=system, max_tokens=MAX_TOKENS).continued()
        if self._claude.is_sandbox:
            raise OfflineAnswered
        if answer.message.stop_reason == "refusal" or not answer.text.strip():
            raise OperatorError("Claude did not write this: {reason}", reason=answer.message.stop_reason)
        check(answer.text)
        self._pieces.keep(made_from, answer.text.strip())
        return answer.text.strip()


def nobody(_done: int, _total: int) -> None:
    """Tell nobody how far the work is."""
