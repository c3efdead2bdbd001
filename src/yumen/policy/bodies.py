"""How each kind of body is held to policies: held ones here, spooled ones as they are read, others after they were taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from yumen.claude import OTHER, Intake
from yumen.claude.multipart import NOT_MULTIPART, boundary_of
from yumen.errors import InvalidRequest
from yumen.policy.escapes import Escapes
from yumen.policy.reading import text_of
from yumen.policy.request import Looked, look, look_at_asked, look_at_text, unseen_refused
from yumen.policy.spooled import Rewritten, look_at_batch, look_at_upload
from yumen.policy.standing import Root
from yumen.policy.values import Place, Unseen
from yumen.storage import Spool

if TYPE_CHECKING:
    from pathlib import Path

    from yumen.exchange import Exchange
    from yumen.policy.asked import AskedFor
    from yumen.policy.compiled import Compiled
    from yumen.policy.request import Terms

MAX_OTHER_BYTES = 32 * 1024 * 1024
"""A longer body outside the table of endpoints is not looked at: it cannot be seen."""


class Spooled(NamedTuple):
    """A body on disk, and how it is looked at."""

    spool: Spool
    folder: Path
    boundary: bytes | None
    """None: it is a batch."""

    def look(self, terms: Terms, asked: AskedFor) -> Rewritten:
        """Hold it to policies. Raises InvalidRequest."""
        if self.boundary is None:
            return look_at_batch(self.spool, self.folder, terms, asked)
        why = look_at_asked(asked, terms)
        if why is not None:
            return Rewritten(Looked(b"", why), None)
        return look_at_upload(self.spool, self.folder, terms, self.boundary)


async def spooled_of(exchange: Exchange, folder: Path, compiled: Compiled) -> Spooled | None:
    """Return the body that is on disk, and how it is looked at; None: it is held, and may be there only now, or nobody needs to see it.

    What would be piped is taken in first, since it can be looked at in no other way. Raises InvalidRequest where an upload is none.
    """
    request = exchange.request
    if exchange.spool is not None:
        return Spooled(exchange.spool, folder, None)
    if exchange.endpoint.intake is not Intake.PIPED or not (request.chunked or request.length):
        return None
    if exchange.endpoint is not OTHER and compiled.request is None and compiled.blind.files is Unseen.ALLOW:
        return None
    boundary = boundary_of(request.header(b"content-type"))
    if boundary is not None:
        spool = exchange.spool = Spool(folder)
        async for piece in request.pieces(exchange.max_body_bytes):
            spool.write(piece)
        return Spooled(spool, folder, boundary)
    if exchange.endpoint is not OTHER:
        raise InvalidRequest(NOT_MULTIPART)
    exchange.body = await request.read(min(exchange.max_body_bytes, MAX_OTHER_BYTES))
    return None


def look_at_body(body: bytes, terms: Terms, asked: AskedFor, other: bool) -> Looked:  # noqa: FBT001  (it goes to a worker thread)
    """Hold a body in memory to policies. `other`: it may be something else than JSON, else InvalidRequest is raised."""
    try:
        return look(body, terms, Root.PROMPT, asked)
    except InvalidRequest:
        if not other:
            raise
    why = look_at_asked(asked, terms) or unseen_refused(terms.compiled, "other")
    coding, text = text_of(body)
    if why is not None or text is None:
        return Looked(body, why)
    sent, looked = look_at_text(text, terms, Place.OTHER, escapes=Escapes.URL)
    return looked._replace(body=body if sent == text else sent.encode(coding))
