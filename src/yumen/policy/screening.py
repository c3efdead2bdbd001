"""How the answer to one request is screened and restored, by what its endpoint answers with."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from yumen.claude import Shape
from yumen.claude.strings import check_json
from yumen.errors import InvalidRequest
from yumen.policy.answer_json import changed_answer
from yumen.policy.chat_stream import chat_events
from yumen.policy.growing import rewritten
from yumen.policy.looks import Restores, Screens
from yumen.policy.message_stream import message_events
from yumen.policy.result_lines import ResultLines
from yumen.policy.text_stream import AnyBytes, TextBytes
from yumen.policy.values import Place, Unseen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yumen.claude import Endpoint
    from yumen.exchange import Exchange, StreamEdit
    from yumen.exchange.edits import Edit
    from yumen.policy.compiled import Compiled
    from yumen.policy.findings import Findings
    from yumen.policy.looks import Look

INLINE_BYTES = 64 * 1024
"""A longer answer is looked at in a worker thread, so that the others' streams go on meanwhile."""
WORKERS = 2
FIRST_ERROR_STATUS = 400


class AnswerEdit:
    """Changes one answer as a look says."""

    __slots__ = ("_endpoint", "_look", "_refuses", "_workers")

    def __init__(self, look: Look, endpoint: Endpoint, refuses: bool, workers: ThreadPoolExecutor) -> None:  # noqa: FBT001  (a fact)
        """Look at an endpoint's answer. `refuses`: bytes that are not text, where they could be some, may not pass."""
        self._look = look
        self._endpoint = endpoint
        self._refuses = refuses
        self._workers = workers

    def stream(self) -> StreamEdit:
        """Return the change of what flows: events, lines, or the bytes of a file."""
        if self._endpoint.shape is Shape.CHAT:
            return chat_events(self._look)
        match self._endpoint.name:
            case "batches.results":
                return ResultLines(self._look)
            case "files.download":
                return TextBytes(self._look, json=False, refuses=self._refuses)
            case "other":
                return AnyBytes(self._look, refuses=self._refuses)
        return message_events(self._look)

    async def whole(self, status: int, body: bytes) -> bytes:
        """Return the changed body. Raises PolicyBlocked, or UpstreamRubbish for what cannot be read."""
        if not body.strip():
            return body
        change = changed_answer if status < FIRST_ERROR_STATUS else changed_error
        if len(body) <= INLINE_BYTES:
            return change(body, self._look)
        return await asyncio.get_running_loop().run_in_executor(self._workers, change, body, self._look)


def changed_error(body: bytes, look: Look) -> bytes:
    """Return an error as it may go on; one that is no JSON, such as a page of a proxy between here and Claude, is text."""
    if is_json(body):
        return changed_answer(body, look)
    text = body.decode("utf-8", "replace")
    changes = look.finder(Place.OTHER).find(text, 0, last=True).changes
    return rewritten(text, changes).encode() if changes else body


def is_json(body: bytes) -> bool:
    """Tell whether a body is JSON."""
    try:
        check_json(body)
    except InvalidRequest:
        return False
    return True


class AnswerScreening:
    """The `Screening` of one exchange."""

    __slots__ = ("restore", "screen")

    def __init__(self, screen: AnswerEdit | None, restore: AnswerEdit | None) -> None:
        """Screen so, and restore so."""
        self.screen: Edit | None = screen
        self.restore: Edit | None = restore


class Screening:
    """Settles how answers are screened."""

    def __init__(self) -> None:
        """Begin with no thread."""
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="screening")

    def __call__(self, exchange: Exchange, compiled: Compiled, findings: Findings, mapping: Mapping[str, str]) -> AnswerScreening | None:
        """Return how an exchange's answer is screened, and restored from placeholders to values; None: its bytes pass."""
        endpoint = exchange.endpoint
        screens = answers_with_content(endpoint) and screened(compiled, endpoint)
        screen = AnswerEdit(Screens(compiled, findings, mapping), endpoint, refused(compiled, endpoint), self._workers) if screens else None
        restore = AnswerEdit(Restores(mapping), endpoint, False, self._workers) if mapping else None  # noqa: FBT003  (it refuses nothing)
        return None if screen is None and restore is None else AnswerScreening(screen, restore)

    def close(self) -> None:
        """Give back the threads."""
        self._workers.shutdown(wait=False)


def answers_with_content(endpoint: Endpoint) -> bool:
    """Tell whether what Claude said, or a file's content, is in an endpoint's answers; not so in lists, counts and names."""
    return endpoint.billable or endpoint.flows


def screened(compiled: Compiled, endpoint: Endpoint) -> bool:
    """Tell whether policies have anything to do with such an answer."""
    return compiled.answer is not None or compiled.blind.encrypted is Unseen.REFUSE or refused(compiled, endpoint)


def refused(compiled: Compiled, endpoint: Endpoint) -> bool:
    """Tell whether bytes that are not text may not pass in such an answer."""
    if endpoint.name == "files.download":
        return compiled.blind.files is Unseen.REFUSE
    return endpoint.name == "other" and compiled.blind.other is Unseen.REFUSE
