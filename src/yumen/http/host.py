"""What a caller's connection asks of its server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from yumen.http.connection import ServerConnection
    from yumen.http.deadlines import Deadlines
    from yumen.http.options import ServerOptions
    from yumen.http.reply import Reply
    from yumen.http.request import Request


class Host(Protocol):
    """What a connection asks of its server."""

    options: ServerOptions
    handler: Callable[[Request, Reply], Awaitable[None]]
    deadlines: Deadlines
    leaving: bool
    draining: bool
    refused: int

    def joined(self, connection: ServerConnection, address: str) -> bool:
        """Count a connection in; False where there are too many."""

    def left(self, connection: ServerConnection, address: str) -> None:
        """Count it out."""

    def deserted(self, connection: ServerConnection) -> None:
        """Count in what goes on answering although its caller has left."""

    def forgotten(self, connection: ServerConnection) -> None:
        """Count that out."""
