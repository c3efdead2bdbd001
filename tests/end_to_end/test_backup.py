"""A gateway that is backed up under load: what was answered before is in the back-up whole, and nothing stands there twice."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bench.soak import GOOD, Behaviour, Storm, headers_for
from bench.soak.site import port_of
from bench.soak.storm import storm
from tests.end_to_end.test_postgres import on_postgres, undrained
from tests.gateway import Gateway, wait_for
from tests.postgres import Databases

CALLERS = (*GOOD, Behaviour.SLOW, Behaviour.LEAVES)


async def backed_up(gateway: Gateway, key: str, archive: Path) -> tuple[set[str], Storm]:
    """Back up in the middle of a storm; return the requests that were answered before the back-up began, and the storm."""
    begun: set[str] = set()
    ended = asyncio.Event()

    async def back_up(so_far: Storm) -> None:
        while so_far.complete < 150:  # noqa: ASYNC110  (the storm says nothing of its own)
            await asyncio.sleep(0.01)
        begun.update(answer.request_id for answer in so_far.answers if answer.complete)
        await asyncio.to_thread(gateway.run, "backup", str(archive))
        ended.set()

    work: list[asyncio.Task[None]] = []

    def until(so_far: Storm) -> bool:
        if not work:
            work.append(asyncio.create_task(back_up(so_far)))
        return ended.is_set() or (work[0].done() and work[0].exception() is not None)

    told = await storm(port_of(gateway), headers_for(key), CALLERS, until)
    await work[0]
    return begun, told


def by_id(gateway: Gateway) -> dict[str, dict[str, Any]]:
    """The ledger by its requests, each there once."""
    entries = gateway.entries()
    found = {entry["request_id"]: entry for entry in entries}
    assert len(found) == len(entries)
    return found


@pytest.mark.parametrize("way", ["sqlite to postgresql", "postgresql to sqlite"])
async def test_nothing_is_lost_in_a_back_up_under_load(upstream: str, tmp_path: Path, postgres_databases: Databases, way: str) -> None:
    """Restored to the other kind of database, every call that was answered before is there as it was, by the same key.

    What was open meanwhile is there as it ended, or as interrupted; and the restored gateway serves on.
    """
    urls = [postgres_databases.make(empty=True), ""]
    from_url, to_url = urls if way.startswith("postgresql") else urls[::-1]
    archive = tmp_path / "gateway.backup"
    with on_postgres(from_url, upstream, tmp_path / "from") as gateway:
        key = gateway.new_key()
        begun, told = await backed_up(gateway, key, archive)
        wait_for(lambda: undrained(gateway) == 0, "the ledger")
        original = by_id(gateway)
    assert len(begun) >= 150
    assert len(told.answers) > len(begun)
    restored = on_postgres(to_url, upstream, tmp_path / "to")
    restored.run("restore", str(archive))
    with restored:
        assert (await storm(port_of(restored), headers_for(key), GOOD, lambda so_far: so_far.complete >= 10)).complete >= 10
        wait_for(lambda: undrained(restored) == 0, "the ledger")
        found = by_id(restored)
    assert begun <= found.keys()
    for request_id in begun:
        assert found[request_id] == original[request_id]
    for request_id in found.keys() & original.keys():
        assert found[request_id] == original[request_id] or found[request_id]["outcome"] == "interrupted"
