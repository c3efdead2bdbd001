"""Storms that end in the middle, by `kill -9`, and the reckoning over all of them."""

from __future__ import annotations

from bench.soak.reckoning import Reckoning, reckon
from bench.soak.site import port_of
from bench.soak.storm import EVERY, Behaviour, Storm, headers_for, storm
from tests.gateway import Gateway, wait_for


async def killed_storm(gateway: Gateway, key: str, behaviours: tuple[Behaviour, ...], enough: int) -> Storm:
    """Let callers ask until enough was answered, and kill the gateway while the others are in the middle of it."""

    def until(told: Storm) -> bool:
        if told.complete >= enough and gateway.process is not None:
            gateway.kill()
        return gateway.process is None

    return await storm(port_of(gateway), headers_for(key), behaviours, until)


async def kill_storms(gateway: Gateway, count: int, enough: int, behaviours: tuple[Behaviour, ...] = EVERY * 2) -> Reckoning:
    """Kill and start again so often; compare what callers got with the ledger, which knows every exchange by then."""
    key = gateway.new_key("storm")
    storms = []
    for number in range(count):
        # Each storm a little longer, so that the deaths fall on different moments of what runs beside the callers.
        storms.append(await killed_storm(gateway, key, behaviours, enough + number))
        gateway.start()
    begun = {answer.request_id for one in storms for answer in one.answers}
    held: list[tuple[str, str]] = []

    def knows_all() -> bool:
        held[:] = [(entry["request_id"], entry["outcome"]) for entry in gateway.entries()]
        return begun <= {request_id for request_id, _ in held}

    wait_for(knows_all, "every exchange to be in the ledger")
    return reckon(storms, held)
