"""One page of the console: its place, who may see it, and what shows it and takes what is sent from it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import Enum
from typing import TYPE_CHECKING, Any

import msgspec

from yumen.organizations.permissions import Action, may

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.keys.values import Role

Handler = Callable[[Any], "Awaitable[Response]"]
"""Takes a `Visit`."""


class Access(Enum):
    """Who may see a page that no single right stands for."""

    EVERYBODY = "everybody"
    """Signed in or not."""
    SIGNED_IN = "signed in"


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the table."""

    path: str
    access: Access | Action
    """The right that a role must have; the operations that the page calls ask for their own all the same."""
    show: Handler
    """Answers GET, and shows the page again, with what is wrong, where `submit` raised a fault."""
    submit: Handler | None = None
    """Answers POST, mostly by `visit.go`. The page's form is protected from other sites by the dispatcher."""

    def open_to(self, role: Role | None) -> bool:
        """Whether a role (None: nobody is signed in) may see it."""
        if self.access is Access.EVERYBODY:
            return True
        return role is not None and (self.access is Access.SIGNED_IN or may(role, self.access))
