"""The listening side: the address, its certificate, and the bounds of what comes in."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from yumen.app.ground import MB
from yumen.claude import Intake
from yumen.errors import OperatorError
from yumen.http import Server, ServerOptions
from yumen.http.local_authority import local_certificate, moment
from yumen.http.tls import server_context
from yumen.server import refuse
from yumen.settings import Address, cannot_listen

if TYPE_CHECKING:
    from yumen.app.ground import Ground
    from yumen.http import ByteBudget, Handler
    from yumen.settings import Settings


class Certificate(msgspec.Struct, frozen=True):
    """The listening side's files, and what its clients must trust where the authority is ours."""

    certificate: Path
    key: Path
    authority: Path | None


def certificate_of(ground: Ground) -> Certificate | None:
    """Return the listening side's certificate, None for plain HTTP."""
    tls = ground.settings.tls
    if tls.local:
        files = local_certificate(ground.data.folder("tls"), tls.names, moment(ground.clock.now_us()))
        return Certificate(files.certificate, files.key, files.authority)
    if tls.certificate is None and tls.key is None:
        return None
    if tls.certificate is None or tls.key is None:
        raise OperatorError("tls.certificate and tls.key go together: set both, or neither")
    return Certificate(Path(tls.certificate).expanduser(), Path(tls.key).expanduser(), None)


async def bind_server(ground: Ground, address: Address, certificate: Certificate | None, budget: ByteBudget) -> Server:
    """Return a server that has its address: callers come once it is started. Raises OperatorError."""
    capacity, timeouts = ground.settings.capacity, ground.settings.timeouts
    options = ServerOptions(
        tls=None if certificate is None else server_context(certificate.certificate, certificate.key),
        refuse=refuse(ground.clock),
        budget=budget,
        max_connections=capacity.connections,
        max_connections_per_address=capacity.connections_per_address,
        max_header_bytes=capacity.header_bytes,
        max_headers=capacity.headers,
        header_timeout_s=timeouts.header_s,
        body_timeout_s=timeouts.body_s,
        idle_timeout_s=timeouts.idle_s,
        write_timeout_s=timeouts.write_s,
        reuse_port=not ground.place.alone,
    )
    server = Server(options, asyncio.get_running_loop())
    ground.closing.push_async_callback(server.drain, 0.0)
    try:
        await server.bind(address.host, address.port)
    except OSError as error:
        raise cannot_listen(address, error) from error
    return server


async def start_server(server: Server, address: Address, handler: Handler) -> None:
    """Let callers come. Raises OperatorError."""
    try:
        await server.start(handler)
    except OSError as error:
        raise cannot_listen(address, error) from error


def hold_port(ground: Ground, address: Address) -> Address:
    """Keep an address for workers that will listen on it together, and return it with its real port.

    It is bound and does not listen, so the kernel gives it no connections. Whether somebody else listens there already is asked
    first, without the wish to share: two gateways on one port would each get half of the callers, and nobody would notice.
    """
    try:
        for family, _, _, _, where in socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE):
            at = (where[0], address.port, *where[2:])
            bound(family, at, shared=False).close()
            held = bound(family, at, shared=True)
            ground.closing.callback(held.close)
            address = Address(address.host, held.getsockname()[1])
    except OSError as error:
        raise cannot_listen(address, error) from error
    return address


def bound(family: int, where: tuple[Any, ...], *, shared: bool) -> socket.socket:
    """Return a bound socket."""
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if shared:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.bind(where)
    except OSError:
        made.close()
        raise
    return made


def url_of(address: Address, certificate: Certificate | None) -> str:
    """Return the URL under which callers reach an address."""
    return f"{'http' if certificate is None else 'https'}://{address}"


def body_limits(settings: Settings) -> dict[Intake, int]:
    """Return how long a body may be, by how it is taken in."""
    capacity = settings.capacity
    return {
        Intake.NONE: MB,
        Intake.WHOLE: capacity.message_body_mb * MB,
        Intake.SPOOLED: capacity.batch_body_mb * MB,
        Intake.PIPED: capacity.file_body_mb * MB,
    }
