"""The journal's line: tag, checksum, JSON, line end; whatever a torn or damaged file holds, only whole lines come out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

import msgspec

from yumen.exchange.values import Attempt, Step
from yumen.ledger.entry import Entry, Opened

if TYPE_CHECKING:
    from collections.abc import Iterator

TORN = 0
"""The tag of what was found in a line's place and is none."""
OPENED = ord("O")
ENTRY = ord("E")
TAGS = frozenset({OPENED, ENTRY})
HEAD_BYTES = 10
"""Tag, eight hexadecimal digits, a space."""

MAX_LINE_BYTES = 2048
"""The longest line that is ever written, and so the room that is kept for each open exchange."""
MAX_TEXT = 48
"""What the texts of an entry are cut to where its line would be longer than that."""

MAX_ATTEMPT_TEXT = 24
"""What the texts of its attempts are cut to then."""
LEFT_OUT = Attempt("", None, 0, step=Step.AGAIN)
"""What stands for the attempts in the middle that had no room: no upstream's name is empty."""
FEWEST = 3
"""The first attempt, the one that stands for those left out, and the last."""
ROOM = MAX_LINE_BYTES - HEAD_BYTES
"""A line's JSON is shorter than this."""

encode = msgspec.json.Encoder().encode
_decode_opened = msgspec.json.Decoder(Opened).decode
_decode_entry = msgspec.json.Decoder(Entry).decode


class Line(NamedTuple):
    """A whole line: its tag, its JSON, and the offset of the byte after it in what was scanned."""

    tag: int
    payload: bytes
    end: int


def opened_line(opened: Opened) -> bytes:
    """Return the line that says that a request was sent."""
    payload = _payload(opened)
    return b"O%08x %b\n" % (crc32(payload, OPENED), payload)


def entry_line(entry: Entry) -> bytes:
    """Return the line that says how an exchange ended."""
    payload = _payload(entry)
    return b"E%08x %b\n" % (crc32(payload, ENTRY), payload)


def read_opened(payload: bytes) -> Opened:
    """Return what an `OPENED` line says."""
    return _decode_opened(payload)


def read_entry(line: Line) -> Entry | None:
    """Return what an `ENTRY` line says; None for any other, and for one of a newer program's that this one cannot read."""
    if line.tag != ENTRY:
        return None
    try:
        return _decode_entry(line.payload)
    except msgspec.DecodeError:
        return None


def request_id(payload: bytes) -> str:
    """Return the first field of either kind of line without parsing the rest."""
    return payload[2 : payload.index(b'"', 2)].decode()


def scan(data: bytes) -> Iterator[Line]:
    """Yield every whole line of a journal's bytes, and one tagged `TORN` for each stretch that is none (torn, damaged).

    Room that was never written is zeros and is passed over. What follows the last line end is left for a later scan.
    """
    end = 0
    for stretch in data.split(b"\n")[:-1]:
        end += len(stretch) + 1
        yield read_line(stretch.lstrip(b"\0"), end)


def read_line(raw: bytes, end: int) -> Line:
    """Return a line without its end; it is `TORN` unless these bytes are as they were written: the checksum decides."""
    if len(raw) >= HEAD_BYTES and raw[0] in TAGS:
        payload = raw[HEAD_BYTES:]
        if raw.startswith(b"%08x " % crc32(payload, raw[0]), 1):
            return Line(raw[0], payload, end)
    return Line(TORN, b"", end)


def _payload(record: Opened | Entry) -> bytes:
    """Encode a record; one that is too long (texts full of escapes, many attempts) or cannot be UTF-8 is written cut down."""
    try:
        payload = encode(record)
    except UnicodeEncodeError:
        payload = b""
    if payload and len(payload) < ROOM:
        return payload
    short = cut(record)
    payload = encode(short)
    left = len(short.tries)
    while len(payload) >= ROOM and left > FEWEST:
        left -= 1
        payload = encode(msgspec.structs.replace(short, tries=few(short.tries, left)))
    return payload


def cut(record: Opened | Entry) -> Opened | Entry:
    """Return the record with every text short and plain; identifiers are shorter than that and stay whole."""
    texts: dict[str, Any] = {name: plain(value) for name, value in fields(record) if type(value) is str}
    texts["tries"] = tuple(map(shortened, record.tries))
    return msgspec.structs.replace(record, **texts)


def fields(record: msgspec.Struct) -> Iterator[tuple[str, Any]]:
    """Yield a record's fields, by their names."""
    return ((name, getattr(record, name)) for name in record.__struct_fields__)


def shortened(attempt: Attempt) -> Attempt:
    """Return an attempt with its texts shorter still: there may be many."""
    texts = {name: plain(value, MAX_ATTEMPT_TEXT) for name, value in fields(attempt) if type(value) is str}
    return msgspec.structs.replace(attempt, **texts)


def few(tries: tuple[Attempt, ...], count: int) -> tuple[Attempt, ...]:
    """Return so many attempts, at least three: the first, one that stands for those left out, and the last ones."""
    return (tries[0], LEFT_OUT, *tries[2 - count :])


def plain(text: str, longest: int = MAX_TEXT) -> str:
    """Return the start of a text, with a question mark for what is not printable ASCII or would be escaped."""
    return "".join(c if " " <= c <= "~" and c not in '"\\' else "?" for c in text[:longest])
