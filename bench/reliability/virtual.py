"""Virtual time: an event loop that never waits, and connections that are no sockets."""

from __future__ import annotations

import asyncio
import selectors
from typing import TYPE_CHECKING, Protocol

from yumen.clock import Clock
from yumen.testing.clock import START_NS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Site(Protocol):
    """What answers at a host's name."""

    async def connect(self, line: Line) -> None:
        """Let a connection be made. Raises OSError where it is refused."""

    def received(self, line: Line, data: bytes) -> None:
        """Take what was written to a connection."""

    def left(self, line: Line) -> None:
        """Note that the other side has closed it."""


class Jump(selectors.SelectSelector):
    """Instead of waiting for a time, lets it be that time."""

    now_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Let the time pass that the loop wanted to wait. Where it would wait for ever, nothing can happen any more."""
        if timeout is None:
            msg = "everything waits, and nothing is due"
            raise RuntimeError(msg)
        self.now_s += max(timeout, 0.0)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop in virtual time, whose connections go to simulated sites, by their host names."""

    def __init__(self, sites: Mapping[str, Site]) -> None:
        """Know those sites."""
        self._jump = Jump()
        self._sites = sites
        super().__init__(self._jump)

    def time(self) -> float:
        """Return the virtual time in seconds."""
        return self._jump.now_s

    async def create_connection(  # type: ignore[override]  # the few of its parameters that a pool uses
        self,
        protocol_factory: Callable[[], asyncio.Protocol],
        host: str,
        port: int,  # noqa: ARG002  (the method's signature)
        **_: object,
    ) -> tuple[asyncio.Transport, asyncio.Protocol]:
        """Connect to a site."""
        line = Line(self, self._sites[host], protocol_factory())
        await line.site.connect(line)
        line.protocol.connection_made(line)
        return line, line.protocol


class Line(asyncio.Transport):
    """The gateway's end of a connection to a site."""

    def __init__(self, loop: asyncio.AbstractEventLoop, site: Site, protocol: asyncio.Protocol) -> None:
        """Join a site and a protocol."""
        super().__init__()
        self.loop = loop
        self.site = site
        self.protocol = protocol
        self.read = bytearray()
        """What the site has received and not yet understood."""
        self.gone = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Pass bytes to the site."""
        if not self.gone:
            self.site.received(self, bytes(data))

    def say(self, data: bytes) -> None:
        """Pass bytes of the site's to the gateway."""
        if not self.gone:
            self.protocol.data_received(data)

    def reset(self) -> None:
        """Let the site break the connection."""
        if not self.gone:
            self.gone = True
            self.loop.call_soon(self.protocol.connection_lost, ConnectionResetError())

    def close(self) -> None:
        """Let the gateway close it."""
        if not self.gone:
            self.gone = True
            self.site.left(self)
            self.loop.call_soon(self.protocol.connection_lost, None)

    abort = close

    def is_closing(self) -> bool:
        """Whether it is closed."""
        return self.gone

    def pause_reading(self) -> None:
        """Do nothing: the answers here are short."""

    def resume_reading(self) -> None:
        """Do nothing."""


class VirtualClock(Clock):
    """The clock of a virtual loop."""

    __slots__ = ("_loop",)

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Show that loop's time."""
        self._loop = loop

    def now_ns(self) -> int:
        """Return the wall time."""
        return START_NS + self.elapsed_ns()

    def elapsed_ns(self) -> int:
        """Return the time since the beginning."""
        return int(self._loop.time() * 1e9)
