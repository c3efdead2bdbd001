"""The gateway in one process: ground, gateway and front together, from the start to the end."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from yumen.app.front import Behind, control_address, make_first_key, make_setup_token, open_database, serve_control
from yumen.app.gateway import Gateway
from yumen.app.ground import Ground
from yumen.app.listening import certificate_of
from yumen.app.signals import heed_signals
from yumen.app.started import Started, named
from yumen.app.upstreams import plan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from yumen.settings import Settings


async def serve_alone(settings: Settings, sources: Mapping[str, str], announce: Callable[[Started], None]) -> int:
    """Serve until SIGTERM or SIGINT, and return the exit code. Raises OperatorError where it cannot start."""
    async with AsyncExitStack() as closing:
        ground = Ground(settings, closing, sources=sources)
        control_address(ground)
        planned, certificate = plan(ground), certificate_of(ground)
        gateway = Gateway(ground, planned, certificate)
        database = await open_database(ground)
        serving = await gateway.start(database)
        control_url = serve_control(
            ground,
            Behind(
                serving.exposition.text,
                gateway.is_ready,
                serving.listen_url,
                certificate.authority if certificate is not None else None,
                serving.limits,
            ),
        )
        # After all that can fail: a start that comes to nothing must not use up the one showing of the key.
        first_key = await make_first_key(ground, database)
        started = Started(
            listen_url=serving.listen_url,
            control_url=control_url,
            console_url=settings.console_url or control_url,
            upstreams=named(planned),
            first_key=first_key,
            setup_token=await make_setup_token(ground, database),
            data=ground.data.path,
            tls_authority=certificate.authority if certificate is not None else None,
        )
        heed_signals(ground.stopping.set, gateway.hurry)
        announce(started)
        await ground.stopping.wait()
        return await gateway.stop()
