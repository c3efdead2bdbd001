"""How the restrictions of a key are written in the admin API: a field for each kind, null where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from yumen.keys.restrictions import MaxTokens, OnlyAddresses, OnlyModels, OnlyPaths, Restriction

if TYPE_CHECKING:
    from collections.abc import Iterable

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Texts = Annotated[tuple[Text, ...], msgspec.Meta(min_length=1, max_length=1000)]


class RestrictionsShown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a key may not do otherwise."""

    addresses: Texts | None = None
    """Only from these addresses and networks."""
    models: Texts | None = None
    """Only these models, or their beginnings with `*`."""
    paths: Texts | None = None
    """Only these paths, or their beginnings with `*`."""
    max_tokens: Annotated[int, msgspec.Meta(ge=1, le=2**31)] | None = None
    """Answers of at most so many tokens."""


def shown_restrictions(restrictions: Iterable[Restriction]) -> RestrictionsShown:
    """Show restrictions."""
    shown = RestrictionsShown()
    for restriction in restrictions:
        match restriction:
            case OnlyAddresses(listed):
                shown = msgspec.structs.replace(shown, addresses=listed)
            case OnlyModels(listed):
                shown = msgspec.structs.replace(shown, models=listed)
            case OnlyPaths(listed):
                shown = msgspec.structs.replace(shown, paths=listed)
            case MaxTokens(tokens):
                shown = msgspec.structs.replace(shown, max_tokens=tokens)
    return shown


def read_restrictions(given: RestrictionsShown) -> tuple[Restriction, ...]:
    """Read restrictions."""
    found: list[Restriction | None] = [
        None if given.addresses is None else OnlyAddresses(given.addresses),
        None if given.models is None else OnlyModels(given.models),
        None if given.paths is None else OnlyPaths(given.paths),
        None if given.max_tokens is None else MaxTokens(given.max_tokens),
    ]
    return tuple(restriction for restriction in found if restriction is not None)
