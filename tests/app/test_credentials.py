"""The upstreams' credentials in a gateway: what looks after them is begun with the first that needs it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any, cast

import pytest

from yumen.app.credentials import Credentials
from yumen.app.ground import Ground
from yumen.observe import Health, Redactor, metric_table
from yumen.secrets import Reference, Stage
from yumen.settings import Settings
from yumen.settings.sources import Sources
from yumen.testing import JumpingClock

KEY = "sk-ant-api03-" + "a" * 20
PATIENCE_S = 60.0
"""A defect must not hang the suite."""


class Vault:
    """A Vault that has one key, and tells when its lease is looked after."""

    def __init__(self) -> None:
        self.tended = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def fetch(self, _: Reference, __: Stage = Stage.CURRENT) -> str:
        """Return the key."""
        return KEY

    def tend(self) -> float | None:
        """Note that it was called, in the thread where that happens."""
        self._loop.call_soon_threadsafe(self.tended.set)
        return None


@pytest.mark.parametrize("kind", ["vault", "file"])
async def test_the_lease_of_vaults_token_is_looked_after(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the first credential out of Vault, and without one not at all, a task begins that renews the token's lease in its time.

    When the credential itself is asked for again can be read.
    """
    vault, tasks = Vault(), list[asyncio.Task[None]]()
    monkeypatch.setattr(Sources, "of", lambda _, __: vault)

    def own(work: Coroutine[Any, Any, None]) -> None:
        tasks.append(asyncio.create_task(work))

    with ExitStack() as closing:
        clock = JumpingClock()
        parts = {"settings": Settings(), "clock": clock, "redactor": Redactor(), "health": Health(clock)}
        credentials = Credentials(cast("Ground", SimpleNamespace(closing=closing, own=own, **parts)))
        if kind == "vault":
            monkeypatch.setattr(credentials._sources, "vault", vault)
        for upstream in ("one", "other"):
            assert (await credentials.keep(upstream, Reference(kind, "a/b"))).available
        if kind == "vault":
            await asyncio.wait_for(vault.tended.wait(), PATIENCE_S)
        assert len(tasks) == (2 if kind == "vault" else 1)  # one keeper for both upstreams, and the lease
        [(reference, due_s)] = cast("Any", credentials.readers()[metric_table.SECRET_DUE])().items()
        assert reference == (f"{kind}:a/b",)
        assert 0 < due_s <= Settings().secrets.refresh_s
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
