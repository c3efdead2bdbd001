"""The parts of policy: what applies to whom, and the stage that checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from yumen.exchange import Exchange, Stage


class PolicyRoom(NamedTuple):
    """What the gateway serves with."""

    check: Stage


def open_policy() -> PolicyRoom:
    """Open the room."""

    async def check(exchange: Exchange) -> None:
        """Pass."""

    return PolicyRoom(check)
