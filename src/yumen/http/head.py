"""A request's headers, and what HTTP/1.1 requires of them beyond what the parser refuses (RFC 9112 §3, RFC 9110 §7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.errors import InvalidRequest

if TYPE_CHECKING:
    from yumen.errors import Fault
    from yumen.http.headers import Headers
    from yumen.http.request import Request


BLANK = (b" ", b"\t")


class Head:
    """The headers of a request but for `Content-Length`, looked at once.

    A client sends the same headers with every request of a connection: the next request then has the very same object,
    and what was derived from it (kept in `derived`, by whoever derived it) is derived no more.
    """

    __slots__ = ("derived", "fields", "headers", "names", "received")

    def __init__(self, headers: Headers) -> None:
        """Look at the headers."""
        self.received = headers
        self.headers = headers
        if any(value.endswith(BLANK) for _, value in headers):
            self.headers = [(name, value.rstrip(b" \t")) for name, value in headers]
        self.names = [name.lower() for name, _ in headers]
        """The names in lower case, in the same order."""
        self.fields = dict(zip(self.names, [value for _, value in self.headers], strict=True))
        """Values by lower-case name. Of a header that stands several times it has the last: see `values`."""
        self.derived: dict[object, bytes] = {}

    def values(self, name: bytes) -> list[bytes]:
        """Return every value of a header (name in lower case)."""
        return [value for lower, (_, value) in zip(self.names, self.headers, strict=True) if lower == name]


NO_HEAD = Head([])


def check_head(request: Request) -> Fault | None:
    """Return why a head is refused, None where it is not; note how the body is framed."""
    head = request.head
    coding = head.fields.get(b"transfer-encoding")
    request.chunked = coding is not None
    if request.length is None and not request.chunked:
        request.length = 0
    if request.version != "1.1":
        return _check_old(request)
    if coding is not None and (coding.lower() != b"chunked" or head.names.count(b"transfer-encoding") != 1):
        return InvalidRequest("The only `Transfer-Encoding` here is `chunked`, once.")
    if head.names.count(b"host") != 1:
        return InvalidRequest("A request needs exactly one `Host` header.")
    return _check_target(request)


def _check_old(request: Request) -> Fault | None:
    """Refuse other versions than 1.0, and of that what it does not know."""
    if request.version != "1.0":
        return InvalidRequest("Only HTTP/1.1 and HTTP/1.0 are spoken here.")
    if request.chunked:
        return InvalidRequest("HTTP/1.0 knows no `Transfer-Encoding`.")
    if request.head.names.count(b"host") > 1:
        return InvalidRequest("A request needs exactly one `Host` header.")
    return _check_target(request)


def _check_target(request: Request) -> Fault | None:
    """Accept a path, `http://host/path` (RFC 9112 §3.2.2) and `OPTIONS *`."""
    if request.method == "CONNECT":
        return InvalidRequest("CONNECT is not served here.")
    if request.target.startswith(b"/") or (request.target == b"*" and request.method == "OPTIONS"):
        return None
    _, separator, rest = request.target.partition(b"://")
    slash = rest.find(b"/")
    if not separator or slash < 0:
        return InvalidRequest("The request's target must be a path.")
    request.aim(rest[slash:])
    return None
