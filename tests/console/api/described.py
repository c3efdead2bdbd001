"""What `test_description.py` runs in a process of its own: calls of every operation that schemathesis makes up from the description.

A few of each in `make test`. Where VARIABLE says how many, as `make fuzz` does, that many, and each edge of each schema too.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.types import ASGIApp

from tests.console.api.world import World
from yumen.console.api import OPERATIONS, describe
from yumen.console.api.dispatch import ORGANIZATION_HEADER
from yumen.keys.values import Role
from yumen.server.control import ControlServer
from yumen.storage import Database

VARIABLE = "YUMEN_TEST_EXAMPLES"
FEW = 5


class Served:
    """A world on a port of its own, and the keys that open it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.headers: dict[str, str] = {}
        self.spare: dict[str, str] = {}
        """Of a key that may be revoked."""
        self.known: dict[str, str] = {}
        """Ids of things that are there."""
        self.server = ControlServer(self.open, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self.server.port}"

    @asynccontextmanager
    async def open(self) -> AsyncIterator[ASGIApp]:
        """Make the world on the port's own event loop."""
        database = Database(f"sqlite+aiosqlite:///{self._folder / 'yumen.db'}")
        await database.upgrade()
        (self._folder / "journal").mkdir()
        world = World(database, self._folder / "journal")
        await world.found()
        self.headers = {"x-api-key": await world.key(world.a, Role.OPERATOR), ORGANIZATION_HEADER: world.a}
        self.spare = self.headers | {"x-api-key": (await world.new_admin_key(world.a, Role.VIEWER)).text}
        self.known = {
            "workspace_id": (await world.workspace(world.a)).id,
            "user_id": await world.member(world.a),
            "api_key_id": (await world.plain_key(world.a)).key_id,
            "invite_id": (await world.invite(world.a))[0].id,
            "increase_request_id": (await world.increase(world.a)).id,
            "sign_up_id": await world.waiting_sign_up(),
            "rate_limit_id": "rl_model_group",
            "organization_id": world.b,
            "plan": "trial",
            "model_alias": await world.alias(world.a),
            "policy": await world.policy(world.a),
        }
        yield world.application
        await world.offices.resets.settle()
        await world.client.aclose()
        await database.dispose()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve one world for the whole file, in which the live ledger's seconds take no time."""
    made = Served(tmp_path_factory.mktemp("served"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("yumen.console.api.requests.ROUND_S", 0.0)
        made.server.start()
        yield made
        made.server.stop()


def without_organization(document: dict[str, Any]) -> dict[str, Any]:
    """Leave out the header by which an operator names an organization: every call here names one that is there."""
    for path in document["paths"].values():
        for described in path.values():
            described["parameters"] = [one for one in described["parameters"] if one["name"] != ORGANIZATION_HEADER]
    return document


EXCLUDED = [positive_data_acceptance]
"""What fits the schema may still be refused with a 400: that a name is taken, or a token wrong, no schema can say."""

EDGES = SchemathesisConfig.from_dict({"phases": {"coverage": {"enabled": VARIABLE in os.environ}}})

api = schemathesis.openapi.from_dict(without_organization(describe(OPERATIONS, "0.0.0")), config=EDGES)


@pytest.mark.slow
@api.parametrize()
@settings(max_examples=int(os.environ.get(VARIABLE, FEW)), deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_sent_the_description_holds(case: schemathesis.Case, served: Served) -> None:
    """Every answer to valid and invalid requests alike has a status and a shape that the description promises; nothing is followed long."""
    if case.meta is None or case.meta.generation.mode.is_positive:
        case.path_parameters = {name: served.known.get(name, value) for name, value in case.path_parameters.items()}
    if case.path.endswith("/live") and str(case.query.get("seconds", 300)).isdecimal():
        case.query["seconds"] = 0
    headers = served.spare if "sign_out" in case.path else served.headers
    case.call_and_validate(base_url=served.url, headers=headers, excluded_checks=EXCLUDED)
