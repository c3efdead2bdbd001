"""The differences from h11 that are meant: each with its reason. Any other is a defect."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fuzz.outcome import Outcome, Read

ABSOLUTE = "an absolute target"
"""The one in which h11 reads something else; all others it refuses."""
LISTED: dict[str, tuple[str, re.Pattern[bytes]]] = {
    "several spaces in a request line": (
        "RFC 9112 §3 lets a server split the line at white space; the line is written anew for the upstream.",
        re.compile(rb"[A-Z]  +\S|\S  +(?:HTTP|RTSP|ICE)/"),
    ),
    "RTSP and ICE": (
        "The parser takes their request lines for HTTP's; they are answered as such and written anew for the upstream.",
        re.compile(rb" (?:RTSP|ICE)/[0-9]\.[0-9]\r\n"),
    ),
    "a chunk size of more than 20 digits": (
        "Leading noughts are allowed in any number (RFC 9112 §7.1); h11 takes 20 digits.",
        re.compile(rb"\n0[0-9A-Fa-f]{20,}"),
    ),
    ABSOLUTE: (
        "RFC 9112 §3.2.2: it is served by its path; h11 hands it over as it stands.",
        re.compile(rb" [A-Za-z][A-Za-z0-9+.-]*://"),
    ),
}
"""By name: the reason, and the bytes without which it cannot be the reason."""


def explain(data: bytes, ours: Outcome, theirs: Outcome) -> str | None:
    """Return "" where all that we read h11 reads alike, the name of the listed difference where one is, else None."""
    for number, request in enumerate(ours.requests):
        other = theirs.requests[number] if number < len(theirs.requests) else None
        if other != request:
            return reason(data, request, other)
    return ""


def reason(data: bytes, request: Read, other: Read | None) -> str | None:
    """Name the listed difference between what we read and what h11 read (None: it refused), None where there is none."""
    if other is not None and not same_but_target(request, other):
        return None
    names = [name for name in LISTED if (name == ABSOLUTE) is (other is not None)]
    return next((name for name in names if LISTED[name][1].search(data)), None)


def same_but_target(one: Read, other: Read) -> bool:
    """Tell whether two requests differ in nothing but the form of their target."""
    return other.target.endswith(one.target) and (one.method, one.version, one.headers, one.body) == (
        other.method,
        other.version,
        other.headers,
        other.body,
    )
