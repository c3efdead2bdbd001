"""All recognisers by their names, and the names of groups of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.errors import OperatorError
from yumen.policy.recognisers.accounts import ACCOUNT
from yumen.policy.recognisers.american import SOCIAL_SECURITY
from yumen.policy.recognisers.cards import CARD
from yumen.policy.recognisers.credit_codes import ORGANIZATION
from yumen.policy.recognisers.mail import MAIL
from yumen.policy.recognisers.mobiles import MOBILE
from yumen.policy.recognisers.network import ADDRESS
from yumen.policy.recognisers.passports import PASSPORT, ZONE
from yumen.policy.recognisers.private_keys import PRIVATE_KEY
from yumen.policy.recognisers.residents import OLD_RESIDENT, RESIDENT
from yumen.policy.recognisers.tokens import AWS_SECRET, TOKENS
from yumen.policy.recognisers.urls import CREDENTIALS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from yumen.policy.recognisers.values import Recogniser

_GROUPS: Mapping[str, tuple[Recogniser, ...]] = {
    "personal": (RESIDENT, OLD_RESIDENT, MOBILE, PASSPORT, ZONE, MAIL, SOCIAL_SECURITY),
    "financial": (CARD, ACCOUNT),
    "organizations": (ORGANIZATION,),
    "network": (ADDRESS,),
    "secrets": (*TOKENS, AWS_SECRET, PRIVATE_KEY, CREDENTIALS),
}
RECOGNISERS: Mapping[str, Recogniser] = {each.name: each for group in _GROUPS.values() for each in group}
GROUPS: Mapping[str, tuple[Recogniser, ...]] = {**_GROUPS, "all": tuple(RECOGNISERS.values())}
"""Every recogniser is in one group, and in `all`."""


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
