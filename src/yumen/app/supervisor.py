"""The supervisor of several workers: it has the data folder, the port, the database's schema, the control port and the log."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import msgspec

from yumen.app.crew import Crew
from yumen.app.front import Behind, control_address, make_first_key, make_setup_token, open_database, serve_control
from yumen.app.ground import Ground
from yumen.app.health import look_after
from yumen.app.ledger import JOURNAL
from yumen.app.limits import open_store
from yumen.app.listening import certificate_of, hold_port, url_of
from yumen.app.place import Place
from yumen.app.post import Orders
from yumen.app.signals import heed_signals
from yumen.app.started import Started, named
from yumen.app.upstreams import needs_sandbox, plan, start_sandbox
from yumen.ledger.folders import take_up
from yumen.observe import Exposition, metric_table
from yumen.settings import parse_address

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from yumen.settings import Settings

log = logging.getLogger("yumen.app")

LOOK_S = 5.0
"""How long a look at everybody's numbers may take in all."""


async def supervise(settings: Settings, sources: Mapping[str, str], announce: Callable[[Started], None]) -> int:
    """Let workers serve until SIGTERM or SIGINT, and return the exit code. Raises OperatorError where that cannot begin."""
    async with AsyncExitStack() as closing:
        ground = Ground(settings, closing, sources=sources)
        control_address(ground)
        planned, certificate = plan(ground), certificate_of(ground)
        database = await open_database(ground)
        taken = take_up(ground.data.folder(JOURNAL), settings.workers)
        if taken:
            log.info("worker 1 takes up %d files of the journals that earlier processes left", taken)
        address = hold_port(ground, parse_address(settings.listen, "listen"))
        sandbox = await start_sandbox(ground) if needs_sandbox(planned) else None
        assert ground.held is not None  # noqa: S101  (it stands alone)
        told = msgspec.structs.replace(settings, listen=str(address), data=str(ground.data.path))
        crew = Crew(ground, Orders(told, lambda number: Place(number, sandbox), ground.held), settings.workers)
        closing.push_async_callback(crew.kill)
        await crew.start()
        limits = open_store(ground) if settings.redis.url is not None else None
        look_after(ground, database, limits)
        control_url = serve_control(
            ground,
            Behind(
                figures_of(ground, crew),
                lambda: crew.serving > 0 and not ground.stopping.is_set(),
                url_of(address, certificate),
                certificate.authority if certificate is not None else None,
                limits,
            ),
        )
        first_key = await make_first_key(ground, database)
        started = Started(
            listen_url=url_of(address, certificate),
            control_url=control_url,
            console_url=settings.console_url or control_url,
            upstreams=named(planned),
            first_key=first_key,
            setup_token=await make_setup_token(ground, database),
            data=ground.data.path,
            tls_authority=certificate.authority if certificate is not None else None,
        )
        heed_signals(ground.stopping.set, crew.hurry)
        announce(started)
        await ground.stopping.wait()
        return await crew.leave() or ground.exit_code


def figures_of(ground: Ground, crew: Crew) -> Callable[[], bytes]:
    """Return what shows everybody's numbers; to be called from another thread than the loop's."""
    loop = asyncio.get_running_loop()
    own = Exposition(
        ground.metrics,
        {
            metric_table.LOG_DROPPED: lambda: ground.log.dropped,
            metric_table.DEPENDENCY_UP: ground.health.readings,
            metric_table.WORKERS: lambda: crew.serving,
            metric_table.WORKER_DEATHS: lambda: crew.deaths,
            metric_table.SILENT_WORKERS: lambda: crew.silences,
        },
    )

    def figures() -> bytes:
        return asyncio.run_coroutine_threadsafe(crew.figures(own.text()), loop).result(LOOK_S)

    return figures
