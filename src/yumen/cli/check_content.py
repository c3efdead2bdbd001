"""Looks whether the keys can be had that stored content opens with, and names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.checks.content import check_data_keys
from yumen.cli.opened import opened_content
from yumen.isolation.values import sealed_under

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from yumen.checks.finding import Finding
    from yumen.settings import Settings
    from yumen.storage import Database


async def check_content(settings: Settings, database: Database) -> AsyncIterator[Finding]:
    """Yield what is found of the keys of a database's content. Raises DatabaseUnavailable."""
    with opened_content(settings, database) as content:
        async for finding in check_data_keys(content.rotation):
            yield finding


async def needed_keys(settings: Settings, database: Database) -> list[str]:
    """Return the references of all keys without which the database's content does not open."""
    with opened_content(settings, database) as content:
        return sorted({sealed_under(key).reference for key in await content.rotation.keys()})
