"""The official SDKs' own retries against our refusals: they wait exactly as long as they should, and succeed, or do not try at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from tests.clients.conftest import interpreter, place, run_program
from tests.gateway import Gateway, clean_environment

pytestmark = [
    pytest.mark.clients,
    pytest.mark.parametrize(("client", "program"), [("python-2.12", "limited.py"), ("node-1", "limited.mjs")]),
]

BUSY_S = 5.0
"""So much later than asked is the fault of a busy machine."""
LIMITS = {"rate": "requests_per_second=1", "month": "requests_per_month=1", "money": "spend_per_day=0.000000001"}

Tell = Callable[[str, str, str], dict[str, Any]]


@pytest.fixture(scope="module")
def tell(gateway: Gateway, tmp_path_factory: pytest.TempPathFactory) -> Tell:
    """Return a function that says what one thing that a program does came to."""

    @cache
    def lines(client: str, program: str) -> dict[str, dict[str, Any]]:
        folder = tmp_path_factory.mktemp(client)
        command = [interpreter(client), str(place(client, program, folder))]
        keys = {name: gateway.new_key(f"{client} {name}", "--limit", limit) for name, limit in LIMITS.items()}
        told = run_program(command, folder, clean_environment(GATEWAY_URL=gateway.url, LIMITED_KEYS=json.dumps(keys)))
        return {line["does"]: line for line in map(json.loads, told.splitlines())}

    def ask(client: str, program: str, does: str) -> dict[str, Any]:
        line = lines(client, program)[does]
        assert "failed" not in line, line["failed"]
        told: dict[str, Any] = line["told"]
        return told

    return ask


def test_a_rate_limit_is_waited_for_exactly(client: str, program: str, tell: Tell) -> None:
    """After a 429 the SDK asks again when `retry-after-ms` is over, not before, and its second try succeeds."""
    answers = tell(client, program, "rate")["answers"]
    refused, then = answers[-2:]
    assert (refused["status"], then["status"]) == (429, 200)
    assert [answer["status"] for answer in answers[:-2]] == [200] * (len(answers) - 2)
    assert 0 < refused["wait_ms"] <= 1000
    waited_s = then["asked"] - refused["answered"]
    assert refused["wait_ms"] / 1000 - 0.005 <= waited_s < refused["wait_ms"] / 1000 + BUSY_S


def test_a_used_up_month_is_not_tried_again(client: str, program: str, tell: Tell) -> None:
    """The SDK asks once, and its error says when the month is over."""
    told = tell(client, program, "month")
    assert [answer["status"] for answer in told["answers"]] == [200, 429]
    assert told["type"] == "rate_limit_error"
    assert "You will regain access on " in told["message"]


def test_spent_money_is_not_tried_again(client: str, program: str, tell: Tell) -> None:
    """The SDK asks once, and its error is of billing."""
    told = tell(client, program, "money")
    assert [answer["status"] for answer in told["answers"]] == [429]
    assert told["type"] == "billing_error"
    assert told["message"].startswith("spend limit reached · resets ")
