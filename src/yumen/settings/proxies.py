"""Through which proxy an upstream is reached."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from yumen.http.options import no_proxy
from yumen.http.proxy import proxy_from_environment
from yumen.settings.credential import NONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from yumen.settings.upstreams import NamedPlan


def proxy_of(plan: NamedPlan) -> Callable[[str, str], str | None]:
    """Return what gives the proxy's address for a scheme and a host: none before the sandbox, the table's, else the environment's."""
    address = plan.table.proxy
    if plan.url is None or address == NONE:
        return no_proxy
    return proxy_from_environment if address is None else partial(always, address)


def always(address: str, scheme: str, host: str) -> str:  # noqa: ARG001  (the signature of what chooses a proxy)
    """Go through that proxy, wherever to."""
    return address
