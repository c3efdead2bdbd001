"""Who is meant by an option: an organization, workspace or member by its id, or by its name or address where that is one alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from yumen.errors import OperatorError
from yumen.exchange.values import DEFAULT_ORGANIZATION
from yumen.organizations.values import Member, Organization, User, Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.organizations.store import Store


class Places:
    """Looks organizations, workspaces and members up."""

    def __init__(self, store: Store) -> None:
        """Look there."""
        self._store = store

    async def organization(self, wanted: str | None) -> Organization:
        """Return the organization with that id or name; the operator's own where none is named. Raises OperatorError."""
        wanted = DEFAULT_ORGANIZATION if wanted is None else wanted
        async with self._store.reading() as records:
            found = await records.find(Organization, id=wanted) or await records.find(Organization, name=wanted)
        return only(found, wanted, [each.id for each in found])

    async def workspace(self, wanted: str, organization_id: str | None = None) -> Workspace:
        """Return the workspace with that id, or that name in an organization. Raises OperatorError."""
        async with self._store.reading() as records:
            found = await records.find(Workspace, id=wanted)
            if not found:
                found = await records.find(
                    Workspace, name=wanted, organization_id=organization_id or DEFAULT_ORGANIZATION, archived_us=None
                )
        return only(found, wanted, [each.id for each in found])

    async def member(self, organization_id: str, wanted: str) -> User:
        """Return the organization's member with that id or email address. Raises OperatorError."""
        async with self._store.reading() as records:
            users = await records.find(User, id=wanted) or await records.find(User, email=wanted.strip().lower())
            members = await records.find(Member, organization_id=organization_id, user_id=tuple(user.id for user in users)) if users else []
        if not members:
            raise OperatorError("{wanted} is no member of the organization {id}", wanted=repr(wanted), id=organization_id)
        return users[0]

    async def names(self) -> dict[str, str]:
        """Return the names of all organizations and workspaces, and the addresses of all users, by their ids."""
        async with self._store.reading() as records:
            organizations = await records.find(Organization)
            workspaces = await records.find(Workspace)
            users = await records.find(User)
        named = {each.id: each.name for each in organizations} | {each.id: each.name for each in workspaces}
        return named | {user.id: user.email for user in users}


Found = TypeVar("Found")


def only(found: Sequence[Found], wanted: str, ids: Sequence[str]) -> Found:
    """Return the one that was found. Raises OperatorError where it is none, or not alone."""
    if not found:
        raise OperatorError("there is no organization or workspace {wanted}", wanted=repr(wanted))
    if len(found) > 1:
        raise OperatorError(
            "{count} are named {wanted}: name one by its id, {ids}", count=len(found), wanted=repr(wanted), ids=", ".join(ids)
        )
    return found[0]
