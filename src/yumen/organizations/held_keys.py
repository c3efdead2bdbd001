"""What happens to keys when the member or the workspace that they belong to goes or changes, in the same transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.organizations.rows import KeyHandle

if TYPE_CHECKING:
    from yumen.keys.values import Role
    from yumen.organizations.acts import Writing


async def revoke_keys(work: Writing, **whose: object) -> None:
    """Revoke the keys whose fields equal those."""
    for key in await work.records.find(KeyHandle, revoked_us=None, **whose):
        revoked = msgspec.structs.replace(key, revoked_us=work.now_us)
        await work.changed((key, revoked), "api_key.revoke", (key.id, key.organization_id))


async def move_sessions(work: Writing, organization_id: str, user_id: str, role: Role) -> None:
    """Give a member's admin keys its new role."""
    for key in await work.records.find(KeyHandle, revoked_us=None, organization_id=organization_id, user_id=user_id):
        if key.role is not None:
            await work.changed((key, msgspec.structs.replace(key, role=role)), "api_key.update", (key.id, organization_id))
