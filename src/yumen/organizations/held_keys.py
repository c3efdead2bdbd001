"""What happens to keys when the member or the workspace that they belong to goes or changes, in the same transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.keys.values import Role
from yumen.organizations.permissions import rights
from yumen.organizations.rows import KeyHandle

if TYPE_CHECKING:
    from yumen.organizations.acts import Writing
    from yumen.organizations.store import Reading
    from yumen.organizations.values import Member

SESSION = "session"
"""The name of a session's key."""


async def revoke_keys(work: Writing, **whose: object) -> None:
    """Revoke the keys whose fields equal those."""
    for key in await work.records.find(KeyHandle, revoked_us=None, **whose):
        await end(work, key)


async def end_sessions(work: Writing, user_id: str, but: str | None = None) -> int:
    """Revoke a person's sessions in all organizations, but that one; return how many."""
    ended = [key for key in await open_sessions(work.records, user_id) if key.id != but]
    for key in ended:
        await end(work, key)
    return len(ended)


async def end(work: Writing, key: KeyHandle) -> None:
    """Revoke a key."""
    revoked = msgspec.structs.replace(key, revoked_us=work.now_us)
    await work.changed((key, revoked), "api_key.revoke", (key.id, key.organization_id))


async def open_sessions(records: Reading, user_id: str) -> list[KeyHandle]:
    """Return a person's sessions that were not ended."""
    return [key for key in await records.find(KeyHandle, revoked_us=None, user_id=user_id) if key.role is not None and key.name == SESSION]


async def move_sessions(work: Writing, old: Member, role: Role) -> None:
    """Give a member's admin keys its new role, where they may not keep theirs."""
    for key in await work.records.find(KeyHandle, revoked_us=None, organization_id=old.organization_id, user_id=old.user_id):
        if follows(key, old, role):
            await work.changed((key, msgspec.structs.replace(key, role=role)), "api_key.update", (key.id, old.organization_id))


def follows(key: KeyHandle, old: Member, role: Role) -> bool:
    """Whether an admin key gets its member's new role: what may more than that, and what the member made to be as it is itself.

    A key that was made for less, or by somebody else, never rises with its member; an operator's is no matter of an organization.
    """
    if key.role is None or key.role is Role.OPERATOR:
        return False
    own = key.role is old.role and key.created_by == old.user_id
    return own or not rights(key.role) <= rights(role)
