"""Who stored a version, by the name that people know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yumen.console.pages.policies.places import MOST

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yumen.console.pages.visit import Visit

ACTOR_SENTENCES = {"command line": "{name} (command line)", "key": "The admin key {name}"}


async def makers_of(visit: Visit, versions: Iterable[Any]) -> dict[str, str]:
    """Return who is meant by what versions say of who stored them; whoever is no member any more is named as it stands."""
    said = {each.created_by for each in versions if each.created_by}
    members: dict[str, str] = {}
    if any(each.startswith("user:") for each in said):
        members = {f"user:{each.id}": each.name for each in (await visit.do("users.list", {"limit": MOST})).data}
    return {each: members.get(each) or named(visit, each) for each in said}


def named(visit: Visit, actor: str) -> str:
    """Name whoever is no member."""
    kind, _, name = actor.partition(":")
    return visit.say(ACTOR_SENTENCES[kind], name=name) if kind in ACTOR_SENTENCES and name else actor
