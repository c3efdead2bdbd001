"""Lists of the admin API that are turned page by page: what is asked for, and the links to the pages before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PER_PAGE = 25
PLACES = ("after_id", "before_id")


def place_of(query: Mapping[str, str]) -> dict[str, Any]:
    """Return which part of a list is asked for."""
    return {"limit": PER_PAGE} | {name: query[name] for name in PLACES if query.get(name)}


def neighbours(path: str, query: Mapping[str, str], page: Any, kept: Iterable[str]) -> dict[str, str | None]:  # noqa: ANN401  (an IdPage)
    """Return the links to the pages before and after, which narrow the list alike."""
    narrowed = {name: query[name] for name in kept if query.get(name)}
    backwards = bool(query.get("before_id"))
    before = page.first_id is not None and (page.has_more if backwards else bool(query.get("after_id")))
    after = page.last_id is not None and (backwards or page.has_more)
    return {
        "newer": f"{path}?{urlencode({**narrowed, 'before_id': page.first_id})}" if before else None,
        "older": f"{path}?{urlencode({**narrowed, 'after_id': page.last_id})}" if after else None,
    }
