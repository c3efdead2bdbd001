"""All recognisers by their names, and the names of groups of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.errors import OperatorError
from yumen.policy.recognisers.chinese import MOBILE, ORGANIZATION, RESIDENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from yumen.policy.recognisers.values import Recogniser

PERSONAL: tuple[Recogniser, ...] = (RESIDENT, MOBILE)
FINANCIAL: tuple[Recogniser, ...] = ()
ORGANIZATIONS: tuple[Recogniser, ...] = (ORGANIZATION,)
NETWORK: tuple[Recogniser, ...] = ()
SECRETS: tuple[Recogniser, ...] = ()

GROUPS: Mapping[str, tuple[Recogniser, ...]] = {
    "personal": PERSONAL,
    "financial": FINANCIAL,
    "organizations": ORGANIZATIONS,
    "network": NETWORK,
    "secrets": SECRETS,
}
"""Every recogniser is in one group."""
RECOGNISERS: Mapping[str, Recogniser] = {each.name: each for group in GROUPS.values() for each in group}


def recognisers_named(names: Iterable[str]) -> tuple[Recogniser, ...]:
    """Return the recognisers that are named, by themselves or by a group, each once. Raises OperatorError for a name that is unknown."""
    found: dict[str, Recogniser] = {}
    for name in names:
        for each in _named(name):
            found[each.name] = each
    return tuple(found.values())


def _named(name: str) -> tuple[Recogniser, ...]:
    if name in GROUPS:
        return GROUPS[name]
    if name in RECOGNISERS:
        return (RECOGNISERS[name],)
    raise OperatorError(
        "there is no recogniser {name}: there are {recognisers}, and the groups {groups}",
        name=name,
        recognisers=", ".join(RECOGNISERS),
        groups=", ".join(GROUPS),
    )
