"""Usage in equal pieces of time, broken down by what an entry says of whose it is: for reports. Nouns and pure rules."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yumen.ledger.entry import Entry


MODEL_CHARACTERS = 256
"""So much of a model's name tells it from others: what is asked for is not longer, and what an upstream answers may be."""


class Part(StrEnum):
    """What can be broken down by, and chosen by: the names of the ledger's columns; the model is the one that answered."""

    KEY = "key_id"
    WORKSPACE = "workspace_id"
    MEMBER = "user_id"
    LABEL = "label"
    MODEL = "model"
    SERVICE_TIER = "service_tier"
    SPEED = "speed"
    INFERENCE_GEO = "inference_geo"
    ENVIRONMENT = "environment"
    ORGANIZATION = "organization_id"


class Wanted(msgspec.Struct, frozen=True):
    """What is wanted of one organization, from `since_us` on and before `until_us`, in pieces of `bucket_us` counted from 1970 on."""

    organization_id: str
    since_us: int
    until_us: int
    bucket_us: int
    parts: tuple[Part, ...] = ()
    only: dict[Part, tuple[str, ...]] = {}
    """Of these parts only entries with one of these values."""


class Piece(msgspec.Struct, frozen=True):
    """The sums of one group in one piece of time."""

    start_us: int
    values: tuple[str | None, ...]
    """Of the parts, in their order."""
    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_5m_tokens: int = 0
    cache_write_1h_tokens: int = 0
    web_search_requests: int = 0
    cost_nanousd: int = 0
    counted: int = 0
    """Requests that count against limits."""


SUMMED = Piece.__struct_fields__[2:]


def value_of(entry: Entry, part: Part) -> str | None:
    """Return an entry's value of a part."""
    value = (entry.model_answered or entry.model or "")[:MODEL_CHARACTERS] or None if part is Part.MODEL else getattr(entry, part)
    return None if value is None else str(value)


def concerns(wanted: Wanted, entry: Entry) -> bool:
    """Whether an entry is wanted; the store's SQL says the same."""
    return (
        entry.organization_id == wanted.organization_id
        and wanted.since_us <= entry.time_us < wanted.until_us
        and all(value_of(entry, part) in values for part, values in wanted.only.items())
    )


def piece_of(wanted: Wanted, entry: Entry) -> Piece:
    """Return what one entry adds."""
    return Piece(
        start_us=entry.time_us // wanted.bucket_us * wanted.bucket_us,
        values=tuple(value_of(entry, part) for part in wanted.parts),
        requests=entry.count,
        input_tokens=entry.input_tokens,
        output_tokens=entry.output_tokens,
        cache_read_tokens=entry.cache_read_tokens,
        cache_write_5m_tokens=entry.cache_write_5m_tokens,
        cache_write_1h_tokens=entry.cache_write_1h_tokens,
        web_search_requests=entry.web_search_requests,
        cost_nanousd=entry.cost_nanousd or 0,
        counted=entry.counted,
    )


def put_together(pieces: Iterable[Piece]) -> list[Piece]:
    """Return one piece a group and time, in order."""
    sums: dict[tuple[int, tuple[str | None, ...]], Piece] = {}
    for piece in pieces:
        group = (piece.start_us, piece.values)
        known = sums.get(group)
        if known is not None:
            both = {name: getattr(known, name) + getattr(piece, name) for name in SUMMED}
            sums[group] = msgspec.structs.replace(known, **both)
        else:
            sums[group] = piece
    return [sums[group] for group in sorted(sums, key=lambda group: (group[0], tuple(value or "" for value in group[1])))]
