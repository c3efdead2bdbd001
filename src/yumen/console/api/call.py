"""One call of the admin API: who asks, whose matter it is, and what the path says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.audit import Actor
from yumen.errors import Unauthenticated
from yumen.keys.values import Role
from yumen.organizations.permissions import may

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from yumen.clock import Clock
    from yumen.console.api.services import Services
    from yumen.organizations.permissions import Action

OLD_VERSIONS = ("2023-01-01", "2023-06-01")
NEW_VERSION = "2026-10-21"
VERSIONS = (*OLD_VERSIONS, NEW_VERSION)


class Caller(msgspec.Struct, frozen=True):
    """Whoever holds the credential."""

    actor: Actor
    key_id: str
    role: Role
    organization_id: str
    user_id: str | None = None


class Call:
    """One call. A handler finds in it all that it works with."""

    __slots__ = ("_caller", "actor", "again", "organization_id", "path", "request_id", "services", "version")

    def __init__(self, services: Services, request_id: str, version: str, address: str) -> None:
        """Begin a call that nobody stands behind yet."""
        self.services = services
        self.request_id = request_id
        self.version = version
        self.actor = Actor("nobody", address)
        self.organization_id = ""
        """The organization that is meant: the caller's own, or the one that an operator names."""
        self.path: dict[str, str] = {}
        self.again: Callable[[], Awaitable[Caller]] | None = None
        """Looks once more who holds the credential that was shown."""
        self._caller: Caller | None = None

    @property
    def caller(self) -> Caller:
        """Who asks; not there on a route that is open to everybody."""
        assert self._caller is not None  # noqa: S101  (the dispatcher has set it before the handler of a route with an action)
        return self._caller

    @caller.setter
    def caller(self, caller: Caller) -> None:
        self._caller = caller
        self.actor = caller.actor
        self.organization_id = caller.organization_id

    @property
    def person(self) -> str:
        """Who asks, however many credentials they have; of nobody's key, the key."""
        return self.caller.actor.name

    @property
    def caller_or_none(self) -> Caller | None:
        """Who asks, None: nobody who has shown who it is."""
        return self._caller

    def may(self, action: Action) -> bool:
        """Whether whoever asks may do that."""
        return self._caller is not None and may(self._caller.role, action)

    async def stand(self) -> None:
        """Raise a Fault unless whoever asked is still who it was: the session may have ended, the role be another."""
        if self.again is None or await self.again() != self._caller:
            raise Unauthenticated

    @property
    def is_old(self) -> bool:
        """Whether the answer has the shapes before 2026-10-21."""
        return self.version in OLD_VERSIONS

    @property
    def clock(self) -> Clock:
        """The clock."""
        return self.services.clock
