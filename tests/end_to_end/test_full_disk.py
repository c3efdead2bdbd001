"""A full disk: new work is refused in Claude's shape, nothing that was answered is lost, and service comes back with the space."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.generator import Load
from bench.load import send
from bench.soak import Answer, Behaviour, Caller, body_for, headers_for
from bench.soak.site import before, port_of
from tests.gateway import PATIENCE_S, Gateway

DISK_MB = 64
"""Room for two segments of the journal (16 MB) and what a full one becomes in the database; the ballast leaves room for none."""
REQUESTS = 45_000
"""More than a segment holds: an exchange takes some 600 bytes of it."""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A small file system, where the machine lets us mount one."""
    if os.geteuid():
        pytest.skip("mounting a small file system needs root")
    folder = tmp_path / "small"
    folder.mkdir()
    options = f"size={DISK_MB}m,mode=0700"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=False, capture_output=True)  # noqa: S607
    if mounted.returncode:
        pytest.skip("this machine does not let root mount a file system")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)  # noqa: S607


async def test_a_full_disk_refuses_new_work(upstream: str, tmp_path: Path, small_disk: Path) -> None:
    """With `refuse`, a full disk turns into 529 until there is room again; every answered request is in the ledger once."""
    gateway = before(upstream, tmp_path / "gateway")
    gateway.data = small_disk / "data"
    with gateway:
        headers = headers_for(gateway.new_key("full")) | {"user-agent": "full disk/" + "1" * 100}
        body = body_for(Behaviour.PLAIN)
        async with Caller(port_of(gateway), headers) as caller:
            answered = [await caller.ask(body)]
            assert answered[0].status == 200
            ballast = small_disk / "ballast"
            fill(ballast)
            load = Load(port_of(gateway), 16, REQUESTS, body, headers)
            storm = await asyncio.to_thread(send, load, tmp_path)
            assert 1000 < storm.succeeded < REQUESTS
            refused = await caller.ask(body)
            assert (refused.status, refused.error_type) == (529, "overloaded_error")
            ballast.unlink()
            answered.append(await back(caller, body))
        check_ledger(gateway, answered, storm.succeeded + len(answered))


def check_ledger(gateway: Gateway, answered: list[Answer], count: int) -> None:
    """Every answered request is there, once, and no more than those are `answered`."""
    held = [entry["request_id"] for entry in gateway.entries() if entry["outcome"] == "answered"]
    assert len(held) == len(set(held)) == count
    assert {answer.request_id for answer in answered} <= set(held)


def fill(path: Path) -> None:
    """Take every byte that the file system has left."""
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(65536)):
                pass
        except OSError:
            return


async def back(caller: Caller, body: str) -> Answer:
    """Ask until service is back."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while (answer := await caller.ask(body)).status != 200:
        assert answer.status == 529
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.05)
    return answer
