"""What an example of an operation is: what is sent, made anew each time with fresh things."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from tests.console.api.world import World


class Sent(NamedTuple):
    """What is sent: the path's parameters, and a body or a query."""

    path: dict[str, str] = {}  # noqa: RUF012  (nobody changes it)
    asked: dict[str, Any] = {}  # noqa: RUF012  (the same)
    key: str | None = None
    """The key of the one person who can make the call; None: anybody's of the role."""


Example = Callable[[World, str], Awaitable[Sent]]


class Examples(dict[str, Example]):
    """Examples by the names of their operations."""

    def of(self, *names: str) -> Callable[[Example], Example]:
        """Let a function make the calls of these operations in an organization."""

        def take(make: Example) -> Example:
            self.update(dict.fromkeys(names, make))
            return make

        return take


def always(asked: dict[str, Any]) -> Example:
    """Return an example that needs no things."""

    async def make(world: World, organization_id: str) -> Sent:
        assert world, organization_id
        return Sent(asked=asked)

    return make
