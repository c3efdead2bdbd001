"""One thing that the admin API does: its place, who may do it, what it takes and gives."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from yumen.console.api.call import Call
from yumen.keys.values import Role
from yumen.organizations.permissions import Action, may

Handler = Callable[[Call, Any], Awaitable[Any]]


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked where the path says it all."""


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the table."""

    method: str
    path: str
    name: str
    """Its name in the OpenAPI description, `thing.verb`."""
    summary: str
    action: Action | None
    """What a role must be allowed to do. None: everybody may, without a key."""
    handler: Handler
    asked: type[Any] = Nothing
    """The query of a GET or DELETE, the body of a POST."""
    answer: Any
    media: str = "application/json"
    """The answer's type; of another one the handler makes the whole response, which may be a stream."""
    also: tuple[str, ...] = ()
    """Other types that the answer may be asked for in."""

    @property
    def has_body(self) -> bool:
        """Whether what is asked stands in a body."""
        return self.method == "POST"

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles that may do it."""
        return tuple(Role) if self.action is None else tuple(role for role in Role if may(role, self.action))
