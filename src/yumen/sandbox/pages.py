"""Pages of a list, in both of Claude's schemes: around an id, and by a page token."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from typing import TYPE_CHECKING, Protocol, TypeVar

import msgspec

from yumen.sandbox.answer import Refusal, invalid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.sandbox.call import Call

DEFAULT_LIMIT = 20
MAX_LIMIT = 1000
_TOKEN = "page_"  # noqa: S105  (a prefix, no secret)


class Listed(Protocol):
    """What stands in a list."""

    @property
    def id(self) -> str:
        """Its id."""


Item = TypeVar("Item", bound=Listed)


class Window(msgspec.Struct, frozen=True):
    """Which part of a list is asked for."""

    limit: int = DEFAULT_LIMIT
    after: str | None = None
    before: str | None = None


def read_window(call: Call, *, strict: bool) -> Window | Refusal:
    """Read `limit`, `after_id`, `before_id` or `page` of a query."""
    raw = call.parameter("limit")
    if raw is not None and not raw.isdecimal():
        return invalid("limit: Input should be a valid integer, unable to parse string as an integer")
    limit = DEFAULT_LIMIT if raw is None else int(raw)
    if not 1 <= limit <= MAX_LIMIT:
        bound = "greater than or equal to 1" if limit < 1 else f"less than or equal to {MAX_LIMIT}"
        return invalid(f"limit: Input should be {bound}")
    page = call.parameter("page")
    if page is not None:
        after = read_token(page)
        if after is None and strict:
            return invalid("page: Invalid page token")
        return Window(limit, after)
    return Window(limit, call.parameter("after_id"), call.parameter("before_id"))


def write_token(identity: str) -> str:
    """Return the token of the page after an id."""
    return _TOKEN + urlsafe_b64encode(identity.encode()).decode().rstrip("=")


def read_token(page: str) -> str | None:
    """Return the id of a token; None where it was not made here."""
    if not page.startswith(_TOKEN):
        return None
    encoded = page.removeprefix(_TOKEN)
    try:
        return urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
    except (BadBase64, ValueError):
        return None


def cut_window(items: Sequence[Item], window: Window) -> tuple[list[Item], bool]:
    """Return the items of a window, and whether there are more in its direction. An id that is not in the list is passed over."""
    places = {item.id: place for place, item in enumerate(items)}
    if window.before in places and window.before is not None:
        stop = places[window.before]
        start = max(0, stop - window.limit)
        return list(items[start:stop]), start > 0
    start = places[window.after] + 1 if window.after in places and window.after is not None else 0
    stop = start + window.limit
    return list(items[start:stop]), stop < len(items)


def id_page(data: list[dict[str, object]], *, more: bool) -> dict[str, object]:
    """Return a page of the scheme around ids."""
    return {"data": data, "has_more": more, "first_id": data[0]["id"] if data else None, "last_id": data[-1]["id"] if data else None}


def token_page(data: list[dict[str, object]], *, more: bool) -> dict[str, object]:
    """Return a page of the scheme by tokens."""
    return {"data": data, "next_page": write_token(str(data[-1]["id"])) if more and data else None}
