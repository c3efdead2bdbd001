"""What the tables of upstreams come to: connections with their own bounds, a proxy whose password nobody sees, retries as they are set."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest

from yumen.app.ground import Ground
from yumen.app.retries import retry_options
from yumen.app.upstreams import open_pool
from yumen.http.deadlines import Deadlines
from yumen.observe import Redactor
from yumen.settings import Settings, Upstream
from yumen.settings.sending import Retry
from yumen.settings.upstreams import NamedPlan
from yumen.upstream import RetryOptions

URL = "http://127.0.0.1:9"
OWN = {"connect_s": ("connect_timeout_s", 1.5), "first_byte_s": ("first_byte_timeout_s", 2.5)} | {
    "between_bytes_s": ("between_bytes_timeout_s", 3.5),
    "connections": ("max_connections", 7),
}
"""A field of a table, the bound of the connections that it sets, and a value that is no default."""


def ground() -> Ground:
    """Return as much of a ground as connections stand on."""
    return cast("Ground", SimpleNamespace(settings=Settings(), closing=AsyncExitStack(), redactor=Redactor()))


@pytest.mark.parametrize("field", OWN)
async def test_an_upstream_has_bounds_of_its_own(field: str) -> None:
    """Each bound that a table sets is its connections'; the others are the settings' for all."""
    table = Upstream(url=URL, **cast("dict[str, Any]", {field: OWN[field][1]}))
    deadlines = Deadlines(asyncio.get_running_loop())
    own = open_pool(ground(), NamedPlan("one", URL, table=table), "", deadlines).options
    common = open_pool(ground(), NamedPlan("other", URL), "", deadlines).options
    for name, value in OWN.values():
        assert getattr(own, name) == (value if name == OWN[field][0] else getattr(common, name))


async def test_a_proxys_password_is_hidden() -> None:
    """What opens a table's proxy is known to the redactor before anything can log it, as it stands behind its escapes."""
    here = ground()
    table = Upstream(url=URL, proxy="http://someone:opens%21the-proxy@127.0.0.1:3128")
    open_pool(here, NamedPlan("one", URL, table=table), "", Deadlines(asyncio.get_running_loop()))
    assert "opens!the-proxy" not in here.redactor.clean("refused: opens!the-proxy")


def test_retries_are_as_they_are_set() -> None:
    """Every setting of retries reaches the sending, in its units."""
    chosen = Retry(7, 20, 4.5, 11.0, 33, resend_lost=True, early_ping_s=1.5)
    assert retry_options(chosen) == RetryOptions(7, 20_000, 4_500_000, 11.0, 33, resend_lost=True, early_ping_s=1.5)
    assert retry_options(Retry()) == RetryOptions()
    defaults = msgspec.to_builtins(RetryOptions())
    assert all(value != defaults[name] for name, value in msgspec.to_builtins(retry_options(chosen)).items())
