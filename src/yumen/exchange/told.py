"""The way of an error answer into a stream that was begun early: all of it is withheld, and becomes the event that ends the stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.claude import error_event, read_error
from yumen.errors import UpstreamFault, first_line

if TYPE_CHECKING:
    from yumen.errors import Fault

MOST_BYTES = 64 * 1024
"""A longer error is not read to its end: it says nothing in Claude's shape."""


class Told:
    """The passage of such an answer."""

    __slots__ = ("_request_id", "body", "complete")

    def __init__(self, request_id: str) -> None:
        """End the stream of that request."""
        self._request_id = request_id
        self.body = b""
        """What came of it, until it is said; an edit puts another in its place."""
        self.complete = False

    def take(self, data: bytes) -> bytes:
        """Keep the bytes, within the limit."""
        if not self.complete:
            self.body += data
        self.complete = len(self.body) > MOST_BYTES
        return b""

    def rest(self) -> bytes:
        """Return the event; nothing when it was given already."""
        if not self._request_id:
            return b""
        said = read_error(self.body)
        request_id, self._request_id = self._request_id, ""
        return error_event(said.type or UpstreamFault.error_type, said.message or first_line(UpstreamFault), request_id)

    def broken(self, fault: Fault, request_id: str) -> bytes | None:
        """End in the fault's own event: the upstream's did not come."""
        return error_event(fault.error_type, fault.message, request_id)
