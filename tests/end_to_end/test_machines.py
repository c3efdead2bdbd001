"""Two machines with two workers each, one PostgreSQL and one Redis: what is said to one holds on all, and a limit is one limit."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from bench.soak import Behaviour, Caller, body_for, headers_for
from bench.soak.site import before, canned_upstream, port_of
from tests.end_to_end.crews import journals
from tests.gateway import Gateway
from tests.postgres import Databases
from tests.valkey import redis_url

PLAIN = body_for(Behaviour.PLAIN)
SOON_S = 1.0
"""Within this a change is in force everywhere."""
LIMIT = 20
CALLERS = 12
TRIES = 6

Machines = tuple[Gateway, Gateway]


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory, postgres_databases: Databases) -> Iterator[Machines]:
    """Start both before one canned upstream."""
    folder = tmp_path_factory.mktemp("machines")
    shared = {"YUMEN_DATABASE_URL": postgres_databases.make(empty=True)}
    with ExitStack() as running:
        upstream = running.enter_context(canned_upstream(folder))
        shared["YUMEN_REDIS_URL"] = running.enter_context(redis_url(folder / "redis"))
        gateways = [before(upstream, folder / name, "--workers", "2") for name in ("one", "two")]
        for gateway in gateways:
            gateway.environment |= shared
            running.enter_context(gateway)
        yield gateways[0], gateways[1]


async def every_worker_says(gateway: Gateway, headers: dict[str, str], wanted: int) -> bool:
    """Whether a dozen new connections, which the kernel spreads over the workers, all get that status."""
    statuses = set()
    for _ in range(CALLERS):
        async with Caller(port_of(gateway), headers) as caller:
            statuses.add((await caller.ask(PLAIN)).status)
    return statuses == {wanted}


async def within(seconds: float, gateway: Gateway, headers: dict[str, str], wanted: int) -> None:
    """Ask until every worker says so, which must be so once the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        async with Caller(port_of(gateway), headers) as caller:
            await caller.ask(PLAIN)
    assert await every_worker_says(gateway, headers, wanted)


async def test_a_key_of_one_machine_opens_all_and_its_end_closes_all(machines: Machines) -> None:
    """A key made on one machine is accepted by the other's next request; a second after its revocation no worker accepts it."""
    one, two = machines
    made = json.loads(one.run("keys", "create", "traveller", "--json"))
    headers = headers_for(made["key"])
    assert await every_worker_says(two, headers, 200)
    assert await every_worker_says(one, headers, 200)
    one.run("keys", "revoke", made["id"])
    await within(SOON_S, two, headers, 401)
    assert await every_worker_says(one, headers, 401)


async def test_a_limit_holds_over_all_machines_exactly(machines: Machines) -> None:
    """Hammered through two machines of two workers, twenty a minute are twenty, and each that passed is in the ledger once."""
    one, two = machines
    made = json.loads(one.run("keys", "create", "hammer", "--limit", f"requests_per_minute={LIMIT}", "--json"))
    headers = headers_for(made["key"])

    async def hammer(gateway: Gateway) -> list[int]:
        statuses = []
        for _ in range(TRIES):
            async with Caller(port_of(gateway), headers) as caller:
                statuses.append((await caller.ask(PLAIN)).status)
        return statuses

    before_them = [Counter(journals(gateway)) for gateway in machines]
    told = await asyncio.gather(*[hammer(gateway) for gateway in machines for _ in range(CALLERS)])
    assert Counter(status for statuses in told for status in statuses) == {200: LIMIT, 429: 2 * CALLERS * TRIES - LIMIT}
    assert all(
        (Counter(journals(gateway)) - held).keys() == {"worker-1", "worker-2"} for gateway, held in zip(machines, before_them, strict=True)
    )

    def passed() -> int:
        return sum(entry["key_id"] == made["id"] and entry["status"] == 200 for entry in two.entries())

    deadline = time.monotonic() + 10
    while await asyncio.to_thread(passed) < LIMIT:
        assert time.monotonic() < deadline
    assert passed() == LIMIT


async def test_a_limit_that_is_changed_on_one_machine_is_in_force_on_all(machines: Machines) -> None:
    """A second after a key's limit was lowered on one machine, every worker of the other has the new one."""
    one, two = machines
    made = json.loads(one.run("keys", "create", "changed", "--limit", "requests_per_minute=1000", "--json"))
    headers = headers_for(made["key"])
    assert await every_worker_says(two, headers, 200)
    one.run("keys", "update", made["id"], "--limit", "requests_per_minute=1")
    await within(SOON_S, two, headers, 429)
