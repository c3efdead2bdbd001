"""Whose requests are heard, which of them are kept, and how much of each: pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.claude import Intake
from yumen.contents.values import Kept
from yumen.exchange.values import Content, Outcome

if TYPE_CHECKING:
    from yumen.claude import Endpoint
    from yumen.exchange.values import Principal

GOOD = frozenset({Outcome.ANSWERED, Outcome.DRAINED})
RESULTS = "batches.results"
encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Kept).decode


def is_heard(principal: Principal | None, endpoint: Endpoint) -> bool:
    """Tell whether an exchange may have to be written down: its key asks for that, and its organization lets it.

    What has no body says nothing, such as a list; a batch's results are answers. A file's content is never kept.
    """
    if principal is None or principal.content is Content.OFF or not principal.storable:
        return False
    return endpoint.intake is not Intake.NONE or endpoint.name == RESULTS


def is_kept(content: Content, outcome: Outcome | None) -> bool:
    """Tell whether an exchange that ended so is written down."""
    return content is Content.ALL or (content is Content.ERRORS and outcome not in GOOD)


def context_of(request_id: str) -> bytes:
    """Return what a record is bound to when it is sealed."""
    return b"contents " + request_id.encode()


def read(opened: bytes) -> Kept:
    """Return what was sealed. Raises ValueError where it is something else."""
    return _decode(opened)
