"""What a listening side and a pool of connections can be told: limits, time-outs, TLS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from yumen.http.budget import ByteBudget
from yumen.http.headers import Headers

if TYPE_CHECKING:
    from ssl import SSLContext

    from yumen.errors import Fault

Refusal = Callable[["Fault"], tuple[int, Headers, bytes]]
"""Makes the answer to a fault: status, headers and body. The caller of this package knows the protocol's shape of errors."""


def plain_refusal(fault: Fault) -> tuple[int, Headers, bytes]:
    """Refuse in plain text."""
    return fault.status, [(b"content-type", b"text/plain; charset=utf-8")], fault.message.encode()


def no_proxy(scheme: str, host: str) -> str | None:  # noqa: ARG001  (the signature of what chooses a proxy)
    """Connect directly."""
    return None


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """Limits of the listening side. Every number has a unit in its name."""

    tls: SSLContext | None = None
    refuse: Refusal = plain_refusal
    budget: ByteBudget = field(default_factory=lambda: ByteBudget(256 * 1024 * 1024))
    max_connections: int = 10_000
    max_connections_per_address: int = 10_000
    max_header_bytes: int = 64 * 1024
    max_headers: int = 200
    header_timeout_s: float = 20.0
    """From the first byte of a head to its last: the answer to slow-loris callers."""
    body_timeout_s: float = 60.0
    """Between two pieces of a request's body."""
    idle_timeout_s: float = 300.0
    """Between two requests of a connection."""
    write_timeout_s: float = 600.0
    """How long a caller may leave its answer unread."""
    write_buffer_bytes: int = 64 * 1024
    """Above this, an answer waits for its caller."""
    reuse_port: bool = False


@dataclass(frozen=True, slots=True)
class PoolOptions:
    """Limits of the connections to one origin."""

    max_connections: int = 4096
    connect_timeout_s: float = 5.0
    first_byte_timeout_s: float = 600.0
    between_bytes_timeout_s: float = 120.0
    idle_timeout_s: float = 45.0
    """An unused connection is dropped after this time: before the usual 60 s of servers."""
    max_header_bytes: int = 256 * 1024
    read_buffer_bytes: int = 256 * 1024
    """Above this, an answer that nobody reads yet is left in the kernel."""
    tls: SSLContext | None = None
    """Trust of the upstream's certificate, for https origins."""
    proxy: Callable[[str, str], str | None] = no_proxy
    """Gives the proxy's address for an origin, or None for a direct connection."""
