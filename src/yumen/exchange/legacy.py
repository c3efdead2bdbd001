"""The answer to a legacy request: a Message, its stream, or an error, in the caller's dialect of 2023."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.claude.completions import LegacyStream, legacy_answer, legacy_error

if TYPE_CHECKING:
    from yumen.claude.completions import LegacyForm
    from yumen.exchange.edits import StreamEdit

OK = 200


class LegacyEdit:
    """Changes one answer into its legacy form."""

    __slots__ = ("_form", "_request_id")

    def __init__(self, form: LegacyForm, request_id: str) -> None:
        """Answer in that form; the request id stands in errors."""
        self._form = form
        self._request_id = request_id

    def stream(self) -> StreamEdit:
        """Return the change of the event stream."""
        return LegacyStream(self._form, self._request_id)

    async def whole(self, status: int, body: bytes) -> bytes:
        """Return the completion, or the error as 2023 knew it."""
        return legacy_answer(body, self._form) if status == OK else legacy_error(body, self._form.dialect)
