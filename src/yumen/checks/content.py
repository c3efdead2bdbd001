"""Looks whether the keys can be had that stored content opens with."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from yumen.checks.finding import Finding, Level
from yumen.isolation.values import LOCAL_KEY, KekUnavailable, sealed_under

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from yumen.isolation.rotation import Rotation

PLACE = "encryption"


async def check_data_keys(rotation: Rotation) -> AsyncIterator[Finding]:
    """Yield for each key that data keys are sealed under whether they open, and what a back-up needs. Raises DatabaseUnavailable."""
    keys = await rotation.keys()
    counts = Counter(key.wrapped_by for key in keys)
    for key in {key.wrapped_by: key for key in keys}.values():
        try:
            await rotation.open(key)
        except KekUnavailable as fault:
            yield Finding(Level.FAIL, PLACE, fault.sentence, fault.values)
            continue
        reference, count = sealed_under(key).reference, counts[key.wrapped_by]
        values: dict[str, object] = {"count": count, "reference": reference}
        if reference == LOCAL_KEY:
            yield Finding(Level.OK, PLACE, "{count} data keys open with {reference}: keep a copy of it, since no back-up holds one", values)
        else:
            yield Finding(Level.OK, PLACE, "{count} data keys open with {reference}", values)
