"""Gateways on a real PostgreSQL: keys and ledger as on SQLite, and what happens when it stands still, goes, and comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from bench.soak import GOOD, Behaviour, Caller, body_for, headers_for
from bench.soak.site import before, port_of
from bench.soak.storm import storm
from tests.gateway import Gateway, wait_for
from tests.postgres import Postgres

TIMEOUT_MS = "1000"
BODY = body_for(Behaviour.PLAIN)


PASSWORD = "planted-pass-word"


def on_postgres(url: str, upstream: str, folder: Path, *options: str) -> Gateway:
    """A gateway on that database (none: its own); the password's source is named, as it would be before a server that asks for one."""
    gateway = before(upstream, folder, *options)
    if not url:
        return gateway
    named = {"YUMEN_DATABASE_URL": url, "YUMEN_DATABASE_PASSWORD": "env:PGWORD", "PGWORD": PASSWORD}
    gateway.environment |= named | {"YUMEN_DATABASE_TIMEOUT_MS": TIMEOUT_MS}
    return gateway


@pytest.fixture
def gateway(own_postgres: Postgres, upstream: str, tmp_path: Path) -> Iterator[Gateway]:
    """A gateway on a PostgreSQL of its own."""
    with on_postgres(own_postgres.url(), upstream, tmp_path / "gateway") as gateway:
        yield gateway


async def ask(gateway: Gateway, key: str) -> tuple[int, str]:
    """Ask once on a connection of its own; return the status and the request's id."""
    async with Caller(port_of(gateway), headers_for(key)) as caller:
        answer = await caller.ask(BODY)
    return answer.status, answer.request_id


def dependency(gateway: Gateway) -> str:
    """What the control port says of the database."""
    with urlopen(f"{gateway.control_url}/readyz") as answer:  # noqa: S310  (loopback)
        return str(answer.read().decode().splitlines()[1])


def figure(gateway: Gateway, name: str) -> float:
    """A figure of `/metrics`."""
    with urlopen(f"{gateway.control_url}/metrics") as answer:  # noqa: S310  (loopback)
        lines = answer.read().decode().splitlines()
    return float(next(line.rsplit(" ", 1)[1] for line in lines if line.startswith(name)))


GAUGE = 'yumen_dependency_up{dependency="database"}'
OUTAGES: dict[str, tuple[Callable[[Postgres], None], Callable[[Postgres], None]]] = {
    "paused": (Postgres.pause, Postgres.resume),
    "killed": (Postgres.kill, Postgres.start),
}


@pytest.mark.parametrize("kind", OUTAGES)
async def test_an_outage_loses_no_entry_and_no_request(gateway: Gateway, own_postgres: Postgres, kind: str) -> None:
    """While PostgreSQL is out, keys that are remembered go on, others get 529, the journal takes the entries and `/readyz` tells.

    Once it is back, all of it is in the ledger, each entry once, and keys can be made again.
    """
    out, back = OUTAGES[kind]
    key, unseen = gateway.new_key("seen"), gateway.new_key("unseen")
    assert (await ask(gateway, key))[0] == 200
    assert dependency(gateway).startswith("database (postgresql, fail_closed): up since ")
    out(own_postgres)
    during = await storm(port_of(gateway), headers_for(key), GOOD * 4, lambda so_far: so_far.complete >= 300)
    assert {answer.status for answer in during.answers} == {200}
    assert (await ask(gateway, unseen))[0] == 529
    wait_for(lambda: ": down since " in dependency(gateway) and figure(gateway, GAUGE) == 0, "the outage to be shown")
    back(own_postgres)
    wait_for(lambda: "up since" in dependency(gateway) and figure(gateway, GAUGE) == 1, "the end of the outage to be shown")
    assert (await ask(gateway, unseen))[0] == 200
    after = await storm(port_of(gateway), headers_for(gateway.new_key("new")), GOOD, lambda so_far: so_far.complete >= 20)
    wait_for(lambda: undrained(gateway) == 0, "the ledger to catch up")
    entries = [entry["request_id"] for entry in gateway.entries() if entry["status"] == 200]
    assert len(entries) == len(set(entries)) == during.complete + after.complete + 2
    assert {answer.request_id for answer in during.answers + after.answers} <= set(entries)
    assert PASSWORD not in gateway.output() + (gateway.data / "claude_api.log").read_text()


def undrained(gateway: Gateway) -> float:
    """How much the journal still holds."""
    return figure(gateway, "yumen_journal_undrained_bytes")


@pytest.mark.parametrize("mode", ["fail_closed", "fail_open"])
async def test_the_fail_mode_of_keys(own_postgres: Postgres, upstream: str, tmp_path: Path, mode: str) -> None:
    """Once the database was silent for `keys.unreadable_s`, remembered keys are refused, or go on, as the operator has it."""
    options = ("--set", f"keys.on_unreadable={mode}", "--set", "keys.unreadable_s=2")
    with on_postgres(own_postgres.url(), upstream, tmp_path / "gateway", *options) as gateway:
        key = gateway.new_key()
        assert (await ask(gateway, key))[0] == 200
        own_postgres.stop()
        said = "could not be read for"
        wait_for(lambda: said in (gateway.data / "claude_api.log").read_text(), "the fail mode")
        assert (await ask(gateway, key))[0] == (529 if mode == "fail_closed" else 200)
        assert mode in dependency(gateway)
        own_postgres.start()
        wait_for(lambda: "can be read again" in (gateway.data / "claude_api.log").read_text() or mode == "fail_open", "the database")
        assert (await ask(gateway, key))[0] == 200
