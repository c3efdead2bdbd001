"""The composition root of the gateway: settings -> stores -> stages -> servers, and their end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.app.alone import serve_alone
from yumen.app.started import Started
from yumen.app.supervisor import supervise

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from yumen.settings import Settings

__all__ = ["Started", "serve"]


async def serve(settings: Settings, sources: Mapping[str, str], announce: Callable[[Started], None]) -> int:
    """Run the gateway until SIGTERM or SIGINT, in one process or in several, and return its exit code.

    `sources` says of each setting that is no default where it came from.
    """
    return await (supervise if settings.workers > 1 else serve_alone)(settings, sources, announce)
