"""What a supervisor and its workers say to each other, over a pair of sockets that nobody else can open."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self

import msgspec

from yumen.app.place import Place
from yumen.settings import Settings

if TYPE_CHECKING:
    from socket import socket

LENGTH_BYTES = 4


class Begin(msgspec.Struct, frozen=True, tag="begin"):
    """To the worker, first: serve so."""

    settings: Settings
    place: Place


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """To the supervisor: callers are served."""


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """To the supervisor: the start came to nothing, for this reason."""

    sentence: str
    values: dict[str, str]


class Look(msgspec.Struct, frozen=True, tag="look"):
    """To the worker: show your numbers."""

    number: int


class Figures(msgspec.Struct, frozen=True, tag="figures"):
    """To the supervisor: the numbers that it asked for."""

    number: int
    text: bytes


class Leave(msgspec.Struct, frozen=True, tag="leave"):
    """To the worker: take no new work, and end."""


class Hurry(msgspec.Struct, frozen=True, tag="hurry"):
    """To the worker: end now."""


Message = Begin | Ready | Failed | Look | Figures | Leave | Hurry


class Channel:
    """One end of the pair. Its closing tells each side of the other's death."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take the streams; `over` makes them."""
        self._reader = reader
        self._writer = writer
        self._decoder: msgspec.msgpack.Decoder[Message] = msgspec.msgpack.Decoder(Message)

    @classmethod
    async def over(cls, end: socket) -> Self:
        """Speak over a socket."""
        return cls(*await asyncio.open_unix_connection(sock=end))

    def say(self, message: Message) -> None:
        """Send a message; to one who is gone it is lost."""
        payload = msgspec.msgpack.encode(message)
        self._writer.write(len(payload).to_bytes(LENGTH_BYTES) + payload)

    async def said(self) -> None:
        """Wait until what was said has left."""
        await self._writer.drain()

    async def hear(self) -> Message | None:
        """Return the next message, None at the end."""
        try:
            length = int.from_bytes(await self._reader.readexactly(LENGTH_BYTES))
            return self._decoder.decode(await self._reader.readexactly(length))
        except (asyncio.IncompleteReadError, OSError):
            return None

    def close(self) -> None:
        """Hang up."""
        self._writer.close()
