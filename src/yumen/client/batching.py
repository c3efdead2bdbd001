"""The plan of asking by Message Batches: created once whatever happens, looked at in growing pauses, answered in the questions' order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from yumen.client.batch_notes import Part
from yumen.client.merging import Unanswered
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from anthropic.types import Message
    from anthropic.types.messages import MessageBatch, MessageBatchIndividualResponse

    from yumen.client.batch_notes import Note, Notes

MOST_REQUESTS = 100_000
MOST_BYTES = 256 * 1024 * 1024
ROOM_BYTES = 1024 * 1024
"""Left free, since the SDK may write a request longer than we measure it."""
AROUND_BYTES = 120
"""A custom id and what stands around a request."""
FIRST_PAUSE_S, LONGEST_PAUSE_S, GROWTH = 1.0, 60.0, 1.5
CLOCKS_APART_US = 3600 * 1_000_000
"""The server's clock may be so far from ours when a batch is looked up by its time; what stands in it decides."""
ENDED = "ended"
NO_ANSWER = {"canceled": "the batch was canceled before this question's turn", "expired": "the batch expired before this question's turn"}


class Create(msgspec.Struct, frozen=True):
    """Create a batch; its outcome is the batch."""

    requests: list[dict[str, Any]]


class Recent(msgspec.Struct, frozen=True):
    """List the batches that were created since; its outcome is the list."""

    since_us: int


class Look(msgspec.Struct, frozen=True):
    """Look at a batch; its outcome is the batch, or None where it is not there."""

    batch_id: str


class Fetch(msgspec.Struct, frozen=True):
    """Fetch a batch's results, or only the first; its outcome is their list."""

    batch_id: str
    only_first: bool = False


class Pause(msgspec.Struct, frozen=True):
    """Let time pass; its outcome is nothing."""

    seconds: float


Step = Create | Recent | Look | Fetch | Pause


class Batching:
    """What the plan works with: its notes, whoever is told how far it is, and what makes a token and tells the time."""

    def __init__(self, notes: Notes, progress: Callable[[int, int], None], new_token: Callable[[], str], now_us: Callable[[], int]) -> None:
        """Work with those."""
        self.notes = notes
        self.progress = progress
        self.new_token = new_token
        self.now_us = now_us

    def ask(self, requests: Sequence[dict[str, Any]]) -> Generator[Step, Any, list[Message | Unanswered]]:
        """Plan to have requests (bodies of Messages) answered; return what came of each, in their order.

        A batch's token is on disk before it is created, and its id after: who dies in between looks for the token among the server's
        batches first. Who asks the same at the same time waits until that is done, and shares the batch. The notes stay until whoever
        asked has the answers and forgets them. Raises OperatorError where the notes are of other questions.
        """
        chunks = list(chunked(requests))
        parts = yield from self.created(chunks)
        yield from self.wait([part.batch_id or "" for part in parts], len(requests))
        answers: list[Message | Unanswered] = []
        for chunk, part in zip(chunks, parts, strict=True):
            results = yield Fetch(part.batch_id or "")
            found = {result.custom_id: outcome_of(result) for result in results}
            answers += [found.get(f"{part.token}-{number}", Unanswered("the batch's results lack it")) for number in range(len(chunk))]
        return answers

    def created(self, chunks: Sequence[list[dict[str, Any]]]) -> Generator[Step, Any, tuple[Part, ...]]:
        """Plan to have a batch for each piece: those that are noted, and new ones. For the same questions, one at a time does it."""
        pauses = growing_pauses()
        while not self.notes.take():
            yield Pause(next(pauses))
        try:
            note = self.notes.read()
            for place, chunk in enumerate(chunks):
                note = yield from self.with_batch(note, place, chunk)
        finally:
            self.notes.let_go()
        return note.parts

    def with_batch(self, note: Note, place: int, chunk: list[dict[str, Any]]) -> Generator[Step, Any, Note]:
        """Plan to have a batch for the piece in a place; return the note that has its id, as it is on disk."""
        part = note.parts[place] if place < len(note.parts) else None
        if part is not None and part.batch_id is None:
            part = msgspec.structs.replace(part, batch_id=(yield from self.lost(part)))
        elif part is not None and (yield Look(part.batch_id or "")) is None:
            part = None  # deleted, or kept no longer
        if part is None or part.batch_id is None:
            part = Part(self.new_token(), len(chunk), self.now_us()) if part is None else part
            self.notes.write(note.with_part(place, part))
            batch = yield Create([{"custom_id": f"{part.token}-{number}", "params": params} for number, params in enumerate(chunk)])
            part = msgspec.structs.replace(part, batch_id=batch.id)
        noted = note.with_part(place, part)
        self.notes.write(noted)
        return noted

    def wait(self, ids: Sequence[str], total: int) -> Generator[Step, Any, None]:
        """Plan to look at batches until all have ended, in pauses that grow, and tell how many requests are done."""
        pauses = growing_pauses()
        done: dict[str, int] = {}
        open_ = list(ids)
        while True:
            for batch_id in list(open_):
                batch: MessageBatch | None = yield Look(batch_id)
                if batch is None:
                    raise OperatorError("the batch {id} is not there any more", id=batch_id)
                counts = batch.request_counts
                done[batch_id] = counts.succeeded + counts.errored + counts.canceled + counts.expired
                if batch.processing_status == ENDED:
                    open_.remove(batch_id)
            self.progress(sum(done.values()), total)
            if not open_:
                return
            yield Pause(next(pauses))

    def lost(self, part: Part) -> Generator[Step, Any, str | None]:
        """Plan to find a batch that may have been created by somebody who died before its id was noted; None: it was not.

        The list does not show custom ids, results do: batches of that size and time are looked into, those that are still at work once
        they have ended.
        """
        batches: list[MessageBatch] = yield Recent(part.began_us - CLOCKS_APART_US)
        alike = [batch for batch in batches if size_of(batch) == part.count]
        for batch in sorted(alike, key=lambda batch: batch.processing_status != ENDED):
            if batch.processing_status != ENDED:
                yield from self.wait([batch.id], part.count)
            first: list[MessageBatchIndividualResponse] = yield Fetch(batch.id, only_first=True)
            if first and first[0].custom_id.startswith(f"{part.token}-"):
                return batch.id
        return None


def size_of(batch: MessageBatch) -> int:
    """Return how many requests a batch has."""
    counts = batch.request_counts
    return counts.processing + counts.succeeded + counts.errored + counts.canceled + counts.expired


def outcome_of(result: MessageBatchIndividualResponse) -> Message | Unanswered:
    """Return what came of one request: its message, or why there is none."""
    if result.result.type == "succeeded":
        return result.result.message
    if result.result.type == "errored":
        return Unanswered(result.result.error.error.message)
    return Unanswered(NO_ANSWER.get(result.result.type, result.result.type))


def chunked(requests: Sequence[dict[str, Any]], most: int = MOST_REQUESTS, most_bytes: int = MOST_BYTES) -> Iterator[list[dict[str, Any]]]:
    """Yield requests in the largest pieces that a batch takes, in their order."""
    chunk: list[dict[str, Any]] = []
    size = ROOM_BYTES
    for request in requests:
        own = len(msgspec.json.encode(request)) + AROUND_BYTES
        if chunk and (len(chunk) >= most or size + own > most_bytes):
            yield chunk
            chunk, size = [], ROOM_BYTES
        chunk.append(request)
        size += own
    if chunk:
        yield chunk


def growing_pauses() -> Iterator[float]:
    """Yield pauses in seconds, each longer than the one before, up to a minute."""
    pause = FIRST_PAUSE_S
    while True:
        yield pause
        pause = min(pause * GROWTH, LONGEST_PAUSE_S)
