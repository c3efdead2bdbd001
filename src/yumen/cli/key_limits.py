"""A key's own limits, as `yumen keys` sets them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.cli.actor import actor
from yumen.clock import Clock
from yumen.errors import OperatorError
from yumen.limits.terms.setting import LimitSetter
from yumen.limits.values import Limit, Scope, ScopeKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.cli.opened import Desk
    from yumen.keys import KeyRecord


async def set_limits(desk: Desk, record: KeyRecord, limits: Sequence[Limit]) -> None:
    """Set a key's own limits. Raises OperatorError for an admin key, which has none."""
    if limits:
        refuse_for_admin(limit=record.role is not None)
        await LimitSetter(desk.database, Clock(), actor()).set(record.organization_id, scope_of(record), limits)


def scope_of(record: KeyRecord) -> Scope:
    """Return what a key's own limits are set on."""
    return Scope(ScopeKind.KEY, record.key_id)


def refuse_for_admin(**given: object) -> None:
    """Raise OperatorError where an option was given that an admin key has no use for."""
    for name, value in given.items():
        if value:
            raise OperatorError("an admin key has no {option}: it opens no model", option=f"--{name}")
