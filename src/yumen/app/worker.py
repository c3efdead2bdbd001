"""A worker's process: it serves callers as its supervisor says, and never outlives it. Started as `-m yumen.app.worker FD…`."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import socket
import sys
from contextlib import AsyncExitStack, suppress
from typing import TYPE_CHECKING

import uvloop

from yumen.app.channel import Begin, Channel, Failed, Figures, Hurry, Leave, Look, Ready
from yumen.app.front import open_database
from yumen.app.gateway import Gateway
from yumen.app.ground import Ground
from yumen.app.listening import certificate_of
from yumen.app.upstreams import plan
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Callable

PR_SET_PDEATHSIG = 1
FAILED = 1


def main() -> None:
    """Serve, and end the process with the exit code. The arguments are descriptors: the channel, and what is only held."""
    die_with_parent()
    descriptors = [int(argument) for argument in sys.argv[1:]]
    for descriptor in descriptors:
        os.set_inheritable(descriptor, False)  # noqa: FBT003  (the function's signature)
    sys.exit(uvloop.run(work(socket.socket(fileno=descriptors[0]))))


def die_with_parent() -> None:
    """Ask the kernel to kill this process at the death of its parent; elsewhere the channel's end tells of it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


async def work(end: socket.socket) -> int:
    """Do as the supervisor at the other end says; return the exit code."""
    channel = await Channel.over(end)
    begin = await channel.hear()
    if not isinstance(begin, Begin):
        return FAILED  # whoever started it is gone
    try:
        return await serve(begin, channel)
    except OperatorError as error:
        channel.say(Failed(error.sentence, {name: str(value) for name, value in error.values.items()}))
        with suppress(OSError):
            await channel.said()
        return FAILED


async def serve(begin: Begin, channel: Channel) -> int:
    """Serve until the supervisor says otherwise."""
    async with AsyncExitStack() as closing:
        ground = Ground(begin.settings, closing, begin.place)
        gateway = Gateway(ground, plan(ground), certificate_of(ground))
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ground.stopping.set)
        serving = await gateway.start(await open_database(ground))
        ground.own(obey(channel, ground.stopping.set, gateway.hurry, serving.exposition.text))
        channel.say(Ready())
        await ground.stopping.wait()
        return await gateway.stop()


async def obey(channel: Channel, leave: Callable[[], None], hurry: Callable[[], None], figures: Callable[[], bytes]) -> None:
    """Do what the supervisor asks. Without one there is nothing to do any more, and nobody to take what would be left."""
    while (message := await channel.hear()) is not None:
        if isinstance(message, Look):
            channel.say(Figures(message.number, figures()))
        elif isinstance(message, Leave):
            leave()
        elif isinstance(message, Hurry):
            hurry()
    os._exit(FAILED)


if __name__ == "__main__":
    main()
