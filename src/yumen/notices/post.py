"""Posts one JSON body: no redirects, one deadline for all of it, and no more of the answer than is needed to understand it."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from yumen.errors import Fault
from yumen.http import Pool, PoolOptions
from yumen.http.deadlines import Deadlines
from yumen.http.options import no_proxy
from yumen.http.proxy import proxy_from_environment
from yumen.http.tls import client_context
from yumen.notices.address import is_loopback
from yumen.notices.values import NotSentError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from ssl import SSLContext

    from yumen.http import ClientConnection
    from yumen.notices.address import Target

TIMEOUT_S = 15.0
MAX_ANSWER_BYTES = 64 * 1024
UNREACHABLE = "The upstream cannot be reached: "


class Poster:
    """Sends over a connection of its own each time: notices are rare."""

    def __init__(self, *, tls: SSLContext | None = None, timeout_s: float = TIMEOUT_S) -> None:
        """Trust what the context trusts; without one, the system's authorities."""
        self._tls = tls
        self._timeout_s = timeout_s

    async def post(self, target: Target, body: bytes, headers: Mapping[str, str] | None = None) -> bytes:
        """Return the body of a 2xx answer. Raises NotSentError, in words without the URL."""
        try:
            async with asyncio.timeout(self._timeout_s):
                status, answer = await self._ask(target, body, headers or {})
        except TimeoutError:
            raise NotSentError(f"{target.origin.host} did not answer within {self._timeout_s:g} s") from None
        except Fault as fault:
            raise NotSentError(reason(fault, target.origin.host)) from None
        if not 200 <= status < 300:  # noqa: PLR2004  (the class of success)
            raise NotSentError(f"{target.origin.host} answered with status {status}")
        return answer

    async def _ask(self, target: Target, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        loop = asyncio.get_running_loop()
        secure = target.origin.scheme == "https"
        if secure and self._tls is None:
            self._tls = client_context()
        options = PoolOptions(
            max_connections=1,
            connect_timeout_s=self._timeout_s,
            tls=self._tls if secure else None,
            proxy=no_proxy if is_loopback(target.origin.host) else proxy_from_environment,
        )
        pool = Pool(target.origin, options, Deadlines(loop))
        connection = await pool.acquire()
        try:
            connection.send(head(target, len(body), headers) + body, whole=True)
            await connection.head()
            return connection.status, await taken(connection, loop)
        finally:
            connection.abort()


class Taker:
    """Takes the beginning of an answer's body."""

    def __init__(self, done: asyncio.Future[bytes]) -> None:
        """Set the future at the body's end, or once there is enough of it."""
        self._done = done
        self._body = b""

    def piece(self, data: bytes) -> None:
        """Take the next bytes."""
        self._body += data
        if len(self._body) > MAX_ANSWER_BYTES:
            self.ended()

    def ended(self) -> None:
        """Take that as the whole."""
        if not self._done.done():
            self._done.set_result(self._body[:MAX_ANSWER_BYTES])

    def failed(self, fault: Fault) -> None:
        """The rest will not come."""
        if not self._done.done():
            self._done.set_exception(fault)


async def taken(connection: ClientConnection, loop: asyncio.AbstractEventLoop) -> bytes:
    """Return the answer's body, or its beginning."""
    done: asyncio.Future[bytes] = loop.create_future()
    connection.attach(Taker(done))
    return await done


def head(target: Target, length: int, headers: Mapping[str, str]) -> bytes:
    """Return the head of the request."""
    lines = {
        "Host": target.origin.authority,
        "User-Agent": "yumen",
        "Content-Type": "application/json; charset=utf-8",
        "Content-Length": str(length),
        "Connection": "close",
        **headers,
    }
    fields = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {target.path} HTTP/1.1\r\n{fields}\r\n".encode("latin-1")


def reason(fault: Fault, host: str) -> str:
    """Return why it failed, in words that fit a notice."""
    if fault.message.startswith(UNREACHABLE):
        return fault.message.removeprefix(UNREACHABLE).rstrip(".")
    return f"{host} gave no whole answer of HTTP"


def to_json(document: Mapping[str, Any]) -> bytes:
    """Return a body."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def check_code(answer: bytes, name: str, *fields: str) -> None:
    """Raise NotSentError unless one of these fields of a robot's answer is 0, which is how robots say that all is well."""
    try:
        document = json.loads(answer)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise NotSentError(f"{name} gave an answer that is no JSON object")
    code = next((document[field] for field in fields if field in document), None)
    if code != 0 or isinstance(code, bool):
        raise NotSentError(f"{name} refused the notice (code {code})" if isinstance(code, int) else f"{name} gave an answer without a code")
