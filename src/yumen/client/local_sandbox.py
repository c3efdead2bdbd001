"""The offline Claude inside this process, for `environment="sandbox"`: started once, on a free port of this machine alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.client.loop import shared
from yumen.clock import Clock
from yumen.http import ServerOptions, serve
from yumen.sandbox import Sandbox, SandboxOptions

if TYPE_CHECKING:
    from yumen.http import Server

HOST = "127.0.0.1"
KEY = "sandbox"
"""What is sent as the key: any will do."""


class LocalSandbox:
    """A sandbox that listens."""

    def __init__(self, sandbox: Sandbox, server: Server) -> None:
        """Hold both, to close them."""
        self._sandbox = sandbox
        self._server = server
        self.url = f"http://{HOST}:{server.port}"

    async def close(self) -> None:
        """Stop listening, and delete what was stored."""
        await self._server.drain(0)
        await self._sandbox.close()


def sandbox_url(options: SandboxOptions) -> str:
    """Return the address of this process's sandbox with these options; it is started if nobody has asked for it yet."""
    loop = shared()
    return loop.run(loop.keep(("sandbox", options), lambda: start(options), LocalSandbox.close)).url


async def start(options: SandboxOptions) -> LocalSandbox:
    """Start a sandbox in the running loop."""
    sandbox = Sandbox(Clock(), options)
    return LocalSandbox(sandbox, await serve(sandbox.handle, HOST, 0, ServerOptions(refuse=sandbox.refuse)))
