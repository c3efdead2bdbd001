"""Which upstreams can serve a request, and in which order they are preferred."""

from __future__ import annotations

from hashlib import blake2b
from math import log
from typing import NamedTuple

import msgspec

HASH_BYTES = 8
HASHES = 1 << (8 * HASH_BYTES)
PLENTY, LITTLE = 0.25, 0.1
"""Above this part of a quota an upstream keeps its whole weight; below the second nearly none."""


class Share(msgspec.Struct, frozen=True):
    """What an upstream serves, and its share of it."""

    models: tuple[str, ...] = ()
    """Names of models; a `*` at the end stands for all that begin so. None at all: every model."""
    names: dict[str, str] = {}
    """What it calls a model that callers know by another name."""
    environments: tuple[str, ...] = ()
    """Whose keys it serves; none: everybody's."""
    priority: int = 1
    """The lowest number comes first."""
    weight: int = 1
    """Its part among those of the same priority."""
    organizations: tuple[str, ...] = ()
    """Whose alone it is, by their ids; none: it is shared."""


PLAIN = Share()


class Standing(NamedTuple):
    """How an upstream stands now."""

    name: str
    share: Share
    left: float | None = None
    """The part of its quota that is left, of the kind of which least is; None: it does not say."""


def serves_environment(share: Share, environment: str) -> bool:
    """Tell whether an upstream is for keys of an environment."""
    return not share.environments or environment in share.environments


def serves_organization(share: Share, organization_id: str, *, isolated: bool) -> bool:
    """Tell whether an upstream is for keys of an organization. A shared one is for everybody but those that are isolated."""
    return organization_id in share.organizations if share.organizations else not isolated


def sent_model(share: Share, asked: str, meant: str) -> str | None:
    """Return what an upstream calls a model; None where it does not serve it.

    `asked` is the caller's word, `meant` what the organization's alias makes of it (else the same).
    """
    names = share.names
    sent = names.get(asked) or names.get(meant)
    if sent is None:
        return meant if not share.models or any(matches(pattern, meant) for pattern in share.models) else None
    return sent


def matches(pattern: str, model: str) -> bool:
    """Tell whether a pattern names a model."""
    return model.startswith(pattern[:-1]) if pattern.endswith("*") else model == pattern


def in_order(standings: list[Standing], session: bytes) -> list[int]:
    """Return the places of the upstreams, the most preferred first: by priority, then by weighted rendezvous hashing of the session.

    A session has the same order as long as the upstreams and their weights are the same. One that goes takes only its own sessions
    along, and gets the same ones back when it returns; each has as many of them as its weight says.
    (Schindelhauer, Schomaker: Weighted distributed hash tables, SPAA 2005: the logarithmic method.)
    """
    ranks = [(each.share.priority, _distance(each, session), place) for place, each in enumerate(standings)]
    return [place for _, _, place in sorted(ranks)]


def _distance(standing: Standing, session: bytes) -> float:
    drawn = blake2b(session, digest_size=HASH_BYTES, key=standing.name.encode()[:64]).digest()
    part = (int.from_bytes(drawn) + 1) / (HASHES + 1)
    return -log(part) / (standing.share.weight * worth(standing.left))


def worth(left: float | None) -> float:
    """Return what is left of an upstream's weight when so much of its quota is. In three steps: each one moves sessions elsewhere."""
    if left is None or left > PLENTY:
        return 1.0
    return 0.5 if left > LITTLE else 0.1
