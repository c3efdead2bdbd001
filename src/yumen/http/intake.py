"""Reads requests out of a connection's bytes: heads within their limits, bodies piece by piece, the first fault kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import httptools

from yumen.errors import HeadersTooLarge, InvalidRequest
from yumen.http.head import NO_HEAD, Head, check_head
from yumen.http.request import BodySource, Request

if TYPE_CHECKING:
    from yumen.errors import Fault
    from yumen.http.headers import Headers
    from yumen.http.options import ServerOptions


class Taker(BodySource, Protocol):
    """Takes the requests, in the order of their bytes."""

    def request_came(self, request: Request) -> None:
        """Take a request whose head is here."""

    def piece_came(self, piece: bytes) -> None:
        """Take a piece of its body."""

    def request_ended(self) -> None:
        """Note that it is whole."""


class Intake:
    """The parser of one connection, and what it is in the middle of."""

    __slots__ = (
        "_fault",
        "_head",
        "_headers",
        "_length",
        "_options",
        "_parser",
        "_passed_over",
        "_silent_bytes",
        "_taker",
        "_target",
        "in_head",
    )

    def __init__(self, taker: Taker, options: ServerOptions) -> None:
        """Hand over to that taker."""
        self._taker = taker
        self._options = options
        self._parser = httptools.HttpRequestParser(self)
        self._fault: Fault | None = None
        self._target = b""
        self._headers: Headers = []
        self._head = NO_HEAD
        self._length: int | None = None
        self._passed_over: bytes | None = None
        """How the body is framed whose head offered an upgrade, until a new parser knows it."""
        self._silent_bytes = 0
        """What was read since the parser last found something to tell of."""
        self.in_head = False
        """Whether a head has begun and not ended."""

    def feed(self, data: bytes) -> Fault | None:
        """Take bytes; return why they are refused, None where they are not. After a fault nothing more is to be fed."""
        self._silent_bytes += len(data)
        try:
            self._feed(data)
        except httptools.HttpParserError as error:
            self._note(InvalidRequest(f"The request is not valid HTTP/1.1: {error}."))
        if self._silent_bytes > self._options.max_header_bytes or len(self._headers) > self._options.max_headers:
            # A head, a trailer or a chunk's extension without an end.
            self._note(HeadersTooLarge())
        return self._fault

    def _note(self, fault: Fault) -> None:
        """Keep the first fault: the parser stumbles over what a callback has refused, too."""
        if self._fault is None:
            self._fault = fault

    def _feed(self, data: bytes) -> None:
        """Feed the parser. An offer to upgrade is passed over (RFC 9110 §7.8): a new parser goes on behind the head that made it."""
        while data:
            try:
                self._parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                data = data[upgrade.args[0] :]
                self._parser = httptools.HttpRequestParser(self)
                if self._passed_over is not None:
                    self._parser.feed_data(b"POST / HTTP/1.1\r\n%b\r\n\r\n" % self._passed_over)
                    self._passed_over = None
            else:
                return

    # ── the parser's calls ──────────────────────────────────────────────────

    def on_message_begin(self) -> None:
        """Start a new head."""
        if self._passed_over is not None:
            return
        self._target = b""
        self._headers = []
        self._length = None
        self.in_head = True

    def on_url(self, piece: bytes) -> None:
        """Take a piece of the target."""
        self._target += piece

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; those of a trailer are counted and dropped."""
        if len(name) == 14 and name.lower() == b"content-length":  # noqa: PLR2004  (the length of the word)
            self._length = int(value)  # the parser has seen to it that it is one number
        else:
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Make the request and hand it over."""
        self.in_head = False
        if self._fault is not None or self._passed_over is not None:
            return  # what follows a refused head in the same read is not looked at
        headers, parser = self._headers, self._parser
        if len(headers) > self._options.max_headers or self._head_too_large():
            self._fault = HeadersTooLarge()
            return
        self._silent_bytes = 0
        version = parser.get_http_version()
        if headers != self._head.received:
            self._head = Head(headers)
        request = Request(parser.get_method().decode("ascii"), self._target, version, self._head, self._taker)
        request.length = self._length
        request.keep_alive = version == "1.1" and parser.should_keep_alive()
        self._headers = []
        self._fault = check_head(request)
        if self._fault is not None:
            return
        if parser.should_upgrade() and (request.chunked or request.length):
            self._passed_over = b"Transfer-Encoding: chunked" if request.chunked else b"Content-Length: %d" % (request.length or 0)
        self._taker.request_came(request)

    def _head_too_large(self) -> bool:
        """Measure the head, where what was read is long enough for it to matter."""
        limit = self._options.max_header_bytes
        return self._silent_bytes > limit and len(self._target) + sum(len(name) + len(value) + 4 for name, value in self._headers) > limit

    def on_body(self, piece: bytes) -> None:
        """Take a piece of a body."""
        self._silent_bytes = 0
        self._taker.piece_came(piece)

    def on_message_complete(self) -> None:
        """End the body."""
        self._silent_bytes = 0
        if self._passed_over is None:  # otherwise the parser takes the body for another protocol's
            self._taker.request_ended()
