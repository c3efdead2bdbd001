"""A meddler between a store and whoever asks it: it passes everything on until it is told to answer by itself."""

from __future__ import annotations

import http.client
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

SILENT = b""
"""Instead of an answer: nothing, until the meddler goes."""
HANG_UP = b"hang up"
"""Instead of an answer: the connection is closed."""


def answer(status: int, body: bytes = b"", content_type: str = "application/json", **headers: str) -> bytes:
    """Return a whole answer."""
    more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"HTTP/1.1 {status} X\r\ncontent-type: {content_type}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n{more}\r\n"
    return head.encode() + body


class Meddler:
    """Listens on loopback before a port, and keeps what it has seen: methods and paths, and Vault's tokens."""

    def __init__(self, port: int) -> None:
        """Take the port of the store."""
        self.port = port
        self.let = 0
        self.only = ""
        self.instead: bytes | None = None
        self.seen: list[str] = []
        self.tokens: list[str | None] = []
        self.going = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def meddle(self, instead: bytes | None, *, let: int = 0, only: str = "") -> None:
        """Answer so from now on where a path has `only` in it, after so many more of these that pass; None: pass all on."""
        self.let, self.only, self.instead = let, only, instead

    def spoilt(self, path: str) -> bytes | None:
        """Return the answer for a path that is not the store's, None where the store is to be asked."""
        if self.instead is None or self.only not in path:
            return None
        self.let -= 1
        return None if self.let >= 0 else self.instead

    def count(self, part: str) -> int:
        """Return how many requests had this in their method and path, and forget nothing."""
        return sum(part in line for line in self.seen)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End, and let go whoever waits."""
        self.going.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        meddler = self

        class Handler(BaseHTTPRequestHandler):
            """One request for a connection: each is seen, and may be spoilt."""

            def handle_one_request(self) -> None:
                """Pass the request on, or answer it in the store's stead."""
                self.close_connection = True
                self.raw_requestline = self.rfile.readline()
                if not self.raw_requestline or not self.parse_request():
                    return
                self.close_connection = True
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                meddler.seen.append(f"{self.command} {self.path}")
                meddler.tokens.append(self.headers.get("x-vault-token"))
                instead = meddler.spoilt(self.path)
                if instead is None:
                    self.wfile.write(meddler.passed_on(self.command, self.path, dict(self.headers), body))
                elif instead == SILENT:
                    meddler.going.wait(60)
                elif instead == HANG_UP:
                    self.connection.shutdown(socket.SHUT_RDWR)
                else:
                    self.wfile.write(instead)

        return Handler

    def passed_on(self, method: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
        """Ask the store, and return its answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return answer(response.status, response.read(), response.headers.get("content-type", ""))
        finally:
            connection.close()
