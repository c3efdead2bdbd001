"""A key that is revoked on the command line stops in a gateway that runs, also on connections that are open."""

from __future__ import annotations

import asyncio
import json

from bench.soak import Behaviour, Caller, body_for, headers_for
from bench.soak.site import port_of
from tests.gateway import PATIENCE_S, Gateway


async def test_a_revoked_key_stops(gateway: Gateway) -> None:
    """Without a restart the revoked key gets Claude's 401 on a connection that it used before; another key goes on."""
    made = json.loads(gateway.run("keys", "create", "leaver", "--json"))
    other = gateway.new_key("stays")
    body = body_for(Behaviour.PLAIN)
    async with Caller(port_of(gateway), headers_for(made["key"])) as caller, Caller(port_of(gateway), headers_for(other)) as stays:
        assert (await caller.ask(body)).status == 200
        gateway.run("keys", "revoke", made["id"])
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while (answer := await caller.ask(body)).status == 200:
            assert asyncio.get_running_loop().time() < deadline
            await asyncio.sleep(0.01)
        assert answer.status == 401
        assert answer.error_type == "authentication_error"
        assert answer.headers["x-should-retry"] == "false"
        assert (await stays.ask(body)).status == 200


async def test_a_new_key_opens_at_once(gateway: Gateway) -> None:
    """A key made beside a running gateway is accepted by its next request."""
    key = gateway.new_key("new")
    async with Caller(port_of(gateway), headers_for(key)) as caller:
        assert (await caller.ask(body_for(Behaviour.PLAIN))).status == 200
