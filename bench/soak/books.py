"""A storm over limited keys, and whether three books agree afterwards: the ledger, the limits' counters, and the usage report."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec

from bench.soak.site import port_of
from bench.soak.storm import EVERY, Storm, headers_for, storm
from tests.gateway import Gateway, wait_for

LIMITS = (
    "requests_per_minute=50000000",
    "input_tokens_per_minute=100000000",
    "output_tokens_per_minute=100000000",
    "concurrent_requests=1000",
    "requests_per_month=100000000",
    "spend_per_day=100000",
    "spend_per_month=1000000",
)
"""So high that none refuses."""
ORGANIZATION = "organization:default"
NANO = 10**9
MOST_FAULTS = 10
SETTLING_S = 240.0


class Books(msgspec.Struct, frozen=True):
    """What each book says was used: requests that count, and nano-dollars."""

    ledger: tuple[int, int]
    report: tuple[int, int]
    counters: dict[str, int]
    """By scope and kind."""
    open_requests: int
    """Holds that nobody closed."""

    def __str__(self) -> str:
        requests, nanousd = self.ledger
        agree = "agree to the nano-dollar" if self.agree else f"DISAGREE: {self}"
        return f"{requests:,} requests for ${nanousd / NANO:,.6f}: ledger, counters and report {agree}"

    @property
    def agree(self) -> bool:
        """Whether all of them say the same, and nothing is held any more."""
        requests, nanousd = self.ledger
        wanted = {"requests_per_month": requests, "spend_per_day": nanousd, "spend_per_month": nanousd}
        told = {name: value for name, value in self.counters.items() if name.partition(" ")[2] in wanted}
        same = all(value == wanted[name.partition(" ")[2]] for name, value in told.items())
        return same and bool(told) and self.report == self.ledger and not self.open_requests


async def limited_storm(gateway: Gateway, answers: int, kills: int = 1) -> tuple[Storm, Books]:
    """Let callers of every kind ask with a limited key until so much was answered, through deaths of the gateway; compare the books."""
    admin = gateway.new_key("boss", "--kind", "admin")
    key = gateway.new_key("storm", *(word for limit in LIMITS for word in ("--limit", limit)))
    gateway.run("limits", "set", ORGANIZATION, *LIMITS[4:])
    told = Storm()
    for part in range(kills + 1):
        one = await storm(port_of(gateway), headers_for(key), EVERY * 2, enough_of(answers // (kills + 1) + 1))
        told.answers += one.answers
        told.complete += one.complete
        told.unanswered += one.unanswered
        if part < kills:
            gateway.kill()
            gateway.start()
    # One more request, so that a gateway that started anew has its counters from the ledger.
    await storm(port_of(gateway), headers_for(key), EVERY[:1], enough_of(1))
    found: list[Books] = []

    def settled() -> bool:
        found[:] = [read_books(gateway, admin)]
        return found[0].agree

    try:
        wait_for(settled, "the books to agree", SETTLING_S)
    except AssertionError:
        return told, found[0]
    return told, found[0]


def enough_of(answers: int) -> Callable[[Storm], bool]:
    """Return when a storm has brought so many good answers, or so many others that something is wrong."""
    return lambda seen: seen.complete >= answers or len(seen.answers) > MOST_FAULTS * answers


def read_books(gateway: Gateway, admin: str) -> Books:
    """Read all three."""
    entries = [json.loads(line) for line in gateway.run("logs", "--json", "--limit", "1000000").splitlines()]
    counted = sum(entry["outcome"] != "refused" and entry["path"] == "/v1/messages" for entry in entries)
    cost = sum(Decimal(str(entry["cost_microusd"] or 0)) * 1000 for entry in entries)
    lines = [json.loads(line) for line in gateway.run("usage", "--json", "--by", "key").splitlines()]
    rows = [line for line in lines if "requests" in line]  # the others say what is left of quotas
    report = (sum(row["counted_requests"] for row in rows), sum(row["cost_nanousd"] for row in rows))
    counters, held = read_counters(gateway, admin)
    return Books((counted, int(cost)), report, counters, held)


def read_counters(gateway: Gateway, admin: str) -> tuple[dict[str, int], int]:
    """Read how every limit stands, from the admin API."""
    counters: dict[str, int] = {}
    held = 0
    for line in ask(gateway, admin, "/v1/organizations/limits")["data"]:
        use = line["use"]
        if use is None:
            continue
        used = int(Decimal(use["used"]) * NANO) if isinstance(use["used"], str) else use["used"]
        counters[f"{line['scope']['kind']} {line['limit']['kind']}"] = used
        held += used if line["limit"]["kind"] == "concurrent_requests" else 0
    return counters, held


def ask(gateway: Gateway, admin: str, path: str) -> Any:  # noqa: ANN401  (a JSON answer)
    """Ask the admin API."""
    request = urllib.request.Request(gateway.control_url + path, headers={"x-api-key": admin, "anthropic-version": "2023-06-01"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  (our own gateway)
        return json.loads(answer.read())
