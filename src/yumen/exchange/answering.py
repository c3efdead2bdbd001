"""What an answer comes by: the upstream's connection itself, or what reads it first (a frame decoder, an error that was kept)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from yumen.http import Headers, Sink


class Answering(Protocol):
    """An answer whose head is here. `yumen.http.ClientConnection` is one."""

    @property
    def status(self) -> int:
        """Its status."""

    @property
    def headers(self) -> Headers:
        """Its headers, as received."""

    def attach(self, sink: Sink) -> None:
        """Hand the body to a sink: what is here now, the rest as it comes."""

    def pause(self) -> None:
        """Leave the rest in the kernel for now."""

    def resume(self) -> None:
        """Read on."""

    def abort(self) -> None:
        """Give it up: the upstream learns of it by the connection's end."""
