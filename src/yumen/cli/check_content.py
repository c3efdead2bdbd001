"""Looks whether the keys can be had that stored content opens with."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from yumen.checks.finding import Finding, Level
from yumen.cli.opened import opened_content
from yumen.isolation.values import LOCAL_KEY, KekUnavailable, sealed_under

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from yumen.settings import Settings
    from yumen.storage import Database

PLACE = "encryption"


async def check_content(settings: Settings, database: Database) -> AsyncIterator[Finding]:
    """Yield for each key that data keys are sealed under whether they open, and what a back-up needs. Raises DatabaseUnavailable."""
    with opened_content(settings, database) as content:
        keys = await content.rotation.keys()
        counts = Counter(key.wrapped_by for key in keys)
        for key in {key.wrapped_by: key for key in keys}.values():
            try:
                await content.rotation.open(key)
            except KekUnavailable as fault:
                yield Finding(Level.FAIL, PLACE, fault.sentence, fault.values)
                continue
            reference, count = sealed_under(key).reference, counts[key.wrapped_by]
            values: dict[str, object] = {"count": count, "reference": reference}
            if reference == LOCAL_KEY:
                yield Finding(
                    Level.OK, PLACE, "{count} data keys open with {reference}: keep a copy of it, since no back-up holds one", values
                )
            else:
                yield Finding(Level.OK, PLACE, "{count} data keys open with {reference}", values)


async def needed_keys(settings: Settings, database: Database) -> list[str]:
    """Return the references of all keys without which the database's content does not open."""
    with opened_content(settings, database) as content:
        return sorted({sealed_under(key).reference for key in await content.rotation.keys()})
