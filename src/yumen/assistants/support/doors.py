"""What a request over HTTP must bring before it is listened to: the right host, a token, a small body of JSON."""

from __future__ import annotations

import asyncio
import hmac
from ipaddress import ip_address
from typing import TYPE_CHECKING, TypeVar

import msgspec
from starlette.requests import ClientDisconnect

from yumen.errors import CallerFault, InvalidRequest, Overloaded, TooLarge, Unauthenticated

if TYPE_CHECKING:
    from starlette.requests import Request

MAX_BODY_BYTES = 64 * 1024
PATIENCE_S = 10.0
"""How long a body may take to come."""
Form = TypeVar("Form", bound=msgspec.Struct)


class WrongHost(CallerFault):
    """This address is not served by that name: without a token it is for programs on this machine."""

    status = 421
    chinese = "此地址不以该主机名提供服务：没有令牌时只服务本机程序。"


class NotJson(CallerFault):
    """The body must be JSON, with `content-type: application/json`."""

    status = 415
    chinese = "请求体必须是 JSON，并带上 content-type: application/json。"


class TooSlow(CallerFault):
    """The body did not come in time, or not whole."""

    status = 408
    chinese = "请求体没有及时或完整送达。"


class TooMany(Overloaded):
    """Overloaded: too many questions wait for their answers; try again."""

    status = 503
    chinese = "等待答复的问题太多，请稍后重试。"


class Doors:
    """Looks at requests. Without a token only what comes to a name of this machine is let in: a page in a browser could ask too."""

    def __init__(self, token: str | None) -> None:
        """Ask for that token, where there is one."""
        self._token = token

    def check(self, request: Request) -> None:
        """Let a request in. Raises Unauthenticated or WrongHost."""
        if self._token is None:
            if not is_own(request.url.hostname or ""):
                raise WrongHost
            return
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        given = bearer.strip() if scheme.lower() == "bearer" else request.headers.get("x-api-key", "")
        if not hmac.compare_digest(given.encode(), self._token.encode()):
            raise Unauthenticated("The token was not accepted: send it as `authorization: Bearer TOKEN`.")

    async def form(self, request: Request, kind: type[Form]) -> Form:
        """Return the body of a request that may come in. Raises what `check` raises, NotJson, TooLarge, TooSlow and InvalidRequest."""
        self.check(request)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise NotJson
        return decoded(await body_of(request), kind)


async def body_of(request: Request, patience_s: float = PATIENCE_S) -> bytes:
    """Return a body of 64 KB at most that comes within so many seconds. Raises TooLarge and TooSlow."""
    body = bytearray()
    try:
        async with asyncio.timeout(patience_s):
            async for piece in request.stream():
                body += piece
                if len(body) > MAX_BODY_BYTES:
                    raise TooLarge(f"The body is larger than {MAX_BODY_BYTES} bytes.")
    except (TimeoutError, ClientDisconnect):
        raise TooSlow from None
    return bytes(body)


def decoded(body: bytes, kind: type[Form]) -> Form:
    """Return what a body says. Raises InvalidRequest."""
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise InvalidRequest(f"The body will not do: {error}.") from error


def is_own(host: str) -> bool:
    """Whether a name or number is this machine's alone."""
    bare = host.strip("[]").lower()
    if bare == "localhost" or bare.endswith(".localhost"):
        return True
    try:
        return ip_address(bare).is_loopback
    except ValueError:
        return False
