"""Bodies too large to hold, held to policies as they are read: batches request by request, uploads part by part. For worker threads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from yumen.claude import read_fields
from yumen.claude.batch_items import ItemCutter
from yumen.claude.multipart import NOT_MULTIPART, Kind, PartCutter
from yumen.claude.strings import check_json, check_size
from yumen.errors import InvalidRequest
from yumen.policy.escapes import Escapes
from yumen.policy.reading import UTF8_MARK, text_of
from yumen.policy.request import Looked, look, look_at_text, unseen_refused
from yumen.policy.standing import Root
from yumen.policy.values import Place
from yumen.storage import Spool

if TYPE_CHECKING:
    from pathlib import Path

    from yumen.policy.asked import AskedFor
    from yumen.policy.request import Terms

MAX_AROUND_BYTES = 1024 * 1024
"""What stands around the requests of a batch."""
MAX_TEXT_BYTES = 32 * 1024 * 1024
"""A longer file is not looked at: it cannot be seen."""
FILE_IDS = re.compile(rb"file_[0-9A-Za-z]{8,64}")
_limits = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_integer = msgspec.json.Decoder(int).decode


class Rewritten(NamedTuple):
    """A spooled body that was looked at."""

    looked: Looked
    """Without a body."""
    spool: Spool | None
    """What is sent in its place; None: the same."""
    files: frozenset[str] = frozenset()
    """Ids of files that its requests name."""


class Writing:
    """Takes the body as it may be sent, and says at the end whether it is another one."""

    def __init__(self, folder: Path, *, replaces: bool) -> None:
        """Write to a new spool in that folder; `replaces` False: nothing is ever replaced, so nothing needs to be written."""
        self._spool = Spool(folder) if replaces else None
        self.redacted = 0
        self.characters = 0
        self.files: set[str] = set()

    def write(self, data: bytes) -> None:
        """Take the next bytes."""
        if self._spool is not None:
            self._spool.write(data)

    def add(self, looked: Looked) -> str | None:
        """Count what a look at a part brought; return why nothing may be sent."""
        self.redacted += looked.redacted
        self.characters += looked.characters
        return looked.blocked

    def end(self, why: str | None = None) -> Rewritten:
        """Return what became of it."""
        looked = Looked(b"", why, self.redacted, self.characters)
        if self._spool is not None and (why is not None or not self.redacted):
            self.close()
        return Rewritten(looked, self._spool, frozenset(self.files))

    def close(self) -> None:
        """Give the disk's room back."""
        if self._spool is not None:
            self._spool.close()
            self._spool = None


def look_at_batch(spool: Spool, folder: Path, terms: Terms, asked: AskedFor) -> Rewritten:
    """Hold a batch to policies, each of its requests as if it came alone. The memory that this takes is that of one request.

    Raises InvalidRequest where it is no batch.
    """
    writing = Writing(folder, replaces=terms.placeholders is not None)
    try:
        return writing.end(_requests(spool, writing, terms, asked))
    except BaseException:
        writing.close()
        raise


def _requests(spool: Spool, writing: Writing, terms: Terms, asked: AskedFor) -> str | None:
    """Return why nothing may be sent."""
    cutter = ItemCutter()
    around = bytearray()
    for piece in spool.pieces():
        for cut in cutter.feed(piece):
            if not cut.item:
                around += cut.data
                writing.write(cut.data)
                continue
            looked = look(cut.data, terms, Root.ITEM, _asked_by(cut.data, asked))
            why = writing.add(looked)
            if why is not None:
                return why
            writing.write(looked.body)
            writing.files |= files_in(cut.data)
            around += b"0"
        if len(around) > MAX_AROUND_BYTES:
            raise InvalidRequest("requests: this batch holds more than 1 MB beside its requests")
    around += cutter.end()
    return look(bytes(around), terms._replace(placeholders=None), Root.OTHER).blocked  # nothing can be put in its place there


def _asked_by(item: bytes, asked: AskedFor) -> AskedFor:
    """Return what one request of a batch asks for, beside its models, tools and betas."""
    try:
        params = _limits(item).get("params")
        most = None if params is None else read_fields(bytes(params)).get("max_tokens")
        tokens = None if most is None else _integer(most)
    except (ValueError, RecursionError):
        tokens = None
    return msgspec.structs.replace(asked, body_bytes=len(item), max_output_tokens=tokens)


def look_at_upload(spool: Spool, folder: Path, terms: Terms, boundary: bytes) -> Rewritten:
    """Hold an upload to policies: what is text is looked at, what is not is allowed or refused as the policies say of files.

    Raises InvalidRequest where it is no multipart body.
    """
    writing = Writing(folder, replaces=terms.placeholders is not None)
    try:
        return writing.end(_parts(spool, writing, terms, boundary))
    except BaseException:
        writing.close()
        raise


def _parts(spool: Spool, writing: Writing, terms: Terms, boundary: bytes) -> str | None:
    cutter = PartCutter(boundary)
    held: bytearray | None = bytearray()
    """The part's data so far; None: it is too long."""
    for chunk in spool.pieces():
        for kind, data in cutter.feed(chunk):
            why = None
            if kind is Kind.DATA:
                if held is not None and len(held) + len(data) > MAX_TEXT_BYTES:
                    writing.write(bytes(held))
                    held, why = None, unseen_refused(terms.compiled, "files")
                if held is None:
                    writing.write(data)
                else:
                    held += data
            else:
                if held:
                    why = _part(bytes(held), writing, terms)
                held = bytearray()
                why = why or (_part_head(data, terms) if kind is Kind.HEAD else None)
                writing.write(data)
            if why is not None:
                return why
    if not cutter.ended:
        raise InvalidRequest(NOT_MULTIPART)
    return None


def _part_head(data: bytes, terms: Terms) -> str | None:
    """Look at a part's head. Raises InvalidRequest where it says that its data are encoded, which nobody here would undo."""
    if b"content-transfer-encoding" in data.lower():
        raise InvalidRequest(NOT_MULTIPART)
    text = data.decode("utf-8", "replace")
    return look_at_text(text, terms, Place.FILE, fixed=True, escapes=Escapes.URL)[1].blocked


def _part(data: bytes, writing: Writing, terms: Terms) -> str | None:
    """Look at one part's data, and write it as it may be sent."""
    coding, text = text_of(data)
    if text is None:
        writing.write(data)
        return unseen_refused(terms.compiled, "files")
    if text.lstrip()[:1] in ("{", "["):
        parts = json_in(data.removeprefix(UTF8_MARK))
        if parts and data.startswith(UTF8_MARK):
            writing.write(UTF8_MARK)
        for part in parts:
            looked = look(part, terms, Root.INPUT) if part.strip() else Looked(part)
            writing.write(looked.body)
            if (why := writing.add(looked)) is not None:
                return why
        if parts:
            return None
    sent, looked = look_at_text(text, terms, Place.FILE)
    writing.write(data if sent == text else sent.encode(coding))
    return writing.add(looked)


def json_in(data: bytes) -> list[bytes]:
    """Return the JSON that a file is, in one part or in lines, which may be blank; nothing where it is none, or of too many pieces."""
    for parts in ([data], data.splitlines(keepends=True)):
        try:
            for part in parts:
                if part.strip():
                    check_json(part)
                    check_size(part)
        except InvalidRequest:
            continue
        return parts
    return []


def files_in(body: bytes) -> set[str]:
    """Return the ids of files that a body names as they are commonly written."""
    return {found.decode() for found in FILE_IDS.findall(body)} if b"file_" in body else set()
