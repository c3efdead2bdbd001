"""What may be an alias of a model: a fault, or None. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yumen.claude.models import find_model
from yumen.organizations import faults
from yumen.routes.aliases.values import MAX_ALIASES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yumen.organizations.rules import Found
    from yumen.routes.aliases.values import Alias

_ALIAS = re.compile(r"[0-9A-Za-z][0-9A-Za-z._:@-]{0,99}")
"""No slash: an alias stands in a path of the admin API."""
_MODEL = re.compile(r"[0-9A-Za-z][0-9A-Za-z._:@/+-]{0,199}")
"""Of any upstream: Bedrock's ids hold colons, Vertex's an at sign, other servers' a slash."""


def alias_fault(new: Alias, others: Iterable[Alias], *, shadow: bool) -> Found:
    """Judge an alias beside the same organization's other ones. `shadow`: it may hide a model that still answers."""
    if not _ALIAS.fullmatch(new.alias):
        return faults.WrongAlias
    if not _MODEL.fullmatch(new.model) or new.model == new.alias:
        return faults.WrongAliasModel
    if not shadow and answers(new.alias):
        return faults.AliasHidesModel
    return chain_fault(new, others)


def chain_fault(new: Alias, others: Iterable[Alias]) -> Found:
    """Refuse whatever would lead from one alias to another: then no chain is ever followed, and none can be a ring."""
    rest = {each.alias: each.model for each in others if each.alias != new.alias}
    if new.model in rest:
        return faults.AliasOfAlias
    if new.alias in rest.values():
        return faults.AliasIsTarget
    return faults.TooManyAliases if len(rest) >= MAX_ALIASES else None


def answers(name: str) -> bool:
    """Whether Claude answers a model of that name today, as far as the catalogue knows."""
    found = find_model(name)
    return found is not None and not found.retired
