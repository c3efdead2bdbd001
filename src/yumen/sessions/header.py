"""What a request says of its stored conversation in its headers. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, cast

from yumen.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

WhenFull = Literal["refuse", "drop"]
"""What happens where a conversation no longer fits."""

NAMED = b"x-yumen-session"
FULL = b"x-yumen-session-full"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@+-]{0,127}\Z")
BAD_NAME = "x-yumen-session: a session's id has 1 to 128 letters, digits or signs of `._:@+-`, and begins with a letter or a digit"
TWICE = "x-yumen-session: a request belongs to one session"
BAD_FULL = "x-yumen-session-full: say `refuse` or `drop`"
NOT_HERE = (
    "x-yumen-session: sessions are for POST /v1/messages and /v1/messages/count_tokens alone; "
    "send this request without the header, with the whole conversation in it"
)
NONE_KEPT = (
    "x-yumen-session: this gateway stores no conversations (sessions.keep_days is 0): send the whole conversation without the header"
)
NOTHING_STORED = "x-yumen-session: this organization is isolated and stores no content: send the whole conversation without the header"


def session_named(values: Sequence[bytes]) -> str:
    """Return the session's name. Raises InvalidRequest where it will not do."""
    if len(set(values)) != 1:
        raise InvalidRequest(TWICE)
    name = values[0].decode("latin-1")
    if not NAME.match(name):
        raise InvalidRequest(BAD_NAME)
    return name


def when_full(said: bytes | None, otherwise: WhenFull) -> WhenFull:
    """Return what happens where the conversation no longer fits: as the request says, else as the setting does."""
    if said is None:
        return otherwise
    if said not in (b"refuse", b"drop"):
        raise InvalidRequest(BAD_FULL)
    return cast("WhenFull", said.decode())
