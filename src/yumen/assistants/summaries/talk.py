"""Summing up: in one pass where the documents fit the window, else by parts, side by side, whose notes are merged until they do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING

import msgspec

from yumen.assistants.summaries.cutting import groups, parts_of, room_in, tokens_of, whole_of
from yumen.assistants.summaries.extract import extracted
from yumen.assistants.summaries.prompt import notes_system, question, summary_system
from yumen.assistants.summaries.values import Form, Length, Part, Summary, Wish
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from yumen.assistants.documents import Document
    from yumen.assistants.pieces import Pieces
    from yumen.client import Claude

AT_ONCE = 4
"""Parts that are read at once; the client's limits hold besides."""
MAX_TOKENS = {Length.SHORT: 2_000, Length.MEDIUM: 4_000, Length.LONG: 8_000}
NOTES_TOKENS = 4_000
FENCE = "```"


class OfflineAnswered(Exception):  # noqa: N818  (a turn of the work, not a fault)
    """The sandbox was found to answer, not Claude."""


class Summarizer:
    """Sums up documents."""

    def __init__(self, claude: Claude, wish: Wish, pieces: Pieces, window: int | None = None) -> None:
        """Ask that Claude; notes on parts are kept in `pieces`. `window`, in tokens, makes prompts smaller than the model takes."""
        self._claude = claude
        self._wish = wish
        self._pieces = pieces
        self._room = room_in(claude.model, window)

    def summarize(self, documents: Sequence[Document], progress: Callable[[int, int], object] | None = None) -> Summary:
        """Return the summary; `progress` is told how many calls are done, of how many that are known of.

        Raises OperatorError where the documents have no text, or Claude refuses; what the SDK raises besides. What was done is kept then.
        """
        if not any(document.passages for document in documents):
            raise OperatorError("there is no text to sum up")
        try:
            return self._offline(documents) if self._claude.is_sandbox else self._asked(documents, progress or nobody)
        except OfflineAnswered:
            return self._offline(documents)

    def _offline(self, documents: Sequence[Document]) -> Summary:
        return Summary(extracted(documents, self._wish), is_sandbox=True)

    def _asked(self, documents: Sequence[Document], progress: Callable[[int, int], object]) -> Summary:
        whole = whole_of(documents)
        if tokens_of(whole, self._claude.model) <= self._room:
            return Summary(self._last(whole, from_notes=False))
        parts = parts_of(documents, self._claude.model, self._room)
        notes = self._noted([[part] for part in parts], progress, again=False)
        while len(notes) > 1 and tokens_of(notes, self._claude.model) > self._room:
            notes = self._noted(groups(notes, self._claude.model, self._room), progress, again=True)
        return Summary(self._last(notes, from_notes=True), len(parts))

    def _noted(self, work: list[list[Part]], progress: Callable[[int, int], object], *, again: bool) -> list[Part]:
        """Return notes on each group of parts, made side by side. Where one fails, those under way are kept and no more begin."""
        found: dict[int, Part] = {}
        progress(0, len(work))
        with ThreadPoolExecutor(AT_ONCE, "yumen-summarize") as threads:
            pending = {threads.submit(self._note, parts, again=again): place for place, parts in enumerate(work)}
            try:
                for done in as_completed(pending):
                    found[pending[done]] = Part(work[pending[done]][0].title, done.result())
                    progress(len(found), len(work))
            except BaseException:
                threads.shutdown(wait=False, cancel_futures=True)
                raise
        return [found[place] for place in range(len(work))]

    def _note(self, parts: list[Part], *, again: bool) -> str:
        made_from = [self._claude.model, again, parts]
        known = self._pieces.get(made_from)
        if known is None:
            known = self._answer(notes_system(again=again), parts, NOTES_TOKENS)
            self._pieces.keep(made_from, known)
        return known

    def _last(self, parts: list[Part], *, from_notes: bool) -> str:
        text = self._answer(summary_system(self._wish, from_notes=from_notes), parts, MAX_TOKENS[self._wish.length])
        return checked_json(text) if self._wish.form is Form.JSON else text

    def _answer(self, system: str, parts: list[Part], max_tokens: int) -> str:
        answer = self._claude.answer(question(parts), system=system, max_tokens=max_tokens).continued()
        if self._claude.is_sandbox:
            raise OfflineAnswered
        if answer.message.stop_reason == "refusal" or not answer.text.strip():
            raise OperatorError("Claude gave no summary of {title}: {reason}", title=parts[0].title, reason=answer.message.stop_reason)
        return answer.text.strip()


def nobody(_done: int, _total: int) -> None:
    """Tell nobody how far the work is."""


def checked_json(text: str) -> str:
    """Return the JSON of an answer, without a fence around it. Raises OperatorError where it is none: a program will read it."""
    if text.startswith(FENCE):
        text = text.partition("\n")[2].rpartition(FENCE)[0]
    try:
        msgspec.json.decode(text)
    except ValueError as error:
        raise OperatorError("Claude's summary is no JSON: {reason}", reason=error) from error
    return text.strip()
