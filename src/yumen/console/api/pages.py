"""Pages of lists, in Claude's two schemes: by the ids of what was shown, and by an opaque cursor."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Annotated, Any, Generic, Protocol, TypeVar

import msgspec

from yumen.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFAULT_LIMIT = 20
MAX_LIMIT = 1000
MARK = "page_"
WHOLE = 2**63

Limit = Annotated[int, msgspec.Meta(ge=1, le=MAX_LIMIT)]
Cursor = Annotated[str, msgspec.Meta(min_length=1, max_length=512)]
ObjectId = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class Identified(Protocol):
    """What has an id."""

    @property
    def id(self) -> str:
        """The id."""


Item = TypeVar("Item")
Position = TypeVar("Position")
Named = TypeVar("Named", bound=Identified)


class ById(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is asked of a list that is paged by ids."""

    limit: Limit = DEFAULT_LIMIT
    after_id: ObjectId | None = None
    before_id: ObjectId | None = None


class IdPage(msgspec.Struct, Generic[Item], frozen=True):
    """A page between two ids."""

    data: list[Item]
    has_more: bool
    first_id: str | None
    last_id: str | None


class ByCursor(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is asked of a list that is paged by a cursor."""

    limit: Limit = DEFAULT_LIMIT
    page: Cursor | None = None


class CursorPage(msgspec.Struct, Generic[Item], frozen=True):
    """A page, and the cursor of the next."""

    data: list[Item]
    next_page: str | None


def page_by_id(items: Sequence[Named], asked: ById) -> IdPage[Named]:
    """Cut a page out of a whole list. The ids are those of the list's own objects."""
    if asked.after_id is not None and asked.before_id is not None:
        raise InvalidRequest("after_id: only one of after_id and before_id may be given")
    if asked.before_id is not None:
        end = place_of(items, "before_id", asked.before_id)
        start = max(end - asked.limit, 0)
        more = start > 0
    else:
        start = 0 if asked.after_id is None else place_of(items, "after_id", asked.after_id) + 1
        end = start + asked.limit
        more = end < len(items)
    page = list(items[start:end])
    return IdPage(page, more, page[0].id if page else None, page[-1].id if page else None)


def place_of(items: Sequence[Identified], name: str, wanted: str) -> int:
    """Find where an object stands."""
    for place, item in enumerate(items):
        if item.id == wanted:
            return place
    raise InvalidRequest(f"{name}: the object {wanted!r} is not in this list")


def page_from(items: Sequence[Item], name: str, limit: int | None, page: str | None) -> CursorPage[Item]:
    """Cut a page out of a whole list by a cursor that counts; without a limit, all that remains."""
    start = 0 if page is None else position_of(page, name)
    end = len(items) if limit is None else start + limit
    return CursorPage(list(items[start:end]), cursor(name, end) if end < len(items) else None)


def cursor(name: str, position: object) -> str:
    """Return the cursor of a position in the list of that name."""
    return MARK + urlsafe_b64encode(msgspec.json.encode([name, position])).decode().rstrip("=")


def position_of(text: str, name: str) -> int:
    """Read a cursor that counts back. Raises InvalidRequest where it is none of that list's."""
    return max(marked(text, name, int), 0)


def marked(text: str, name: str, kind: type[Position]) -> Position:
    """Read a cursor back. Raises InvalidRequest where it is none of that list's, or not of that kind."""
    try:
        packed = text.removeprefix(MARK)
        read: Any = msgspec.json.decode(urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), type=tuple[str, kind])  # type: ignore[valid-type]
    except (ValueError, msgspec.MsgspecError):
        read = None
    if read is None or read[0] != name or text != cursor(*read) or not is_storable(read[1]):
        raise InvalidRequest("page: Invalid page token")
    position: Position = read[1]
    return position


def is_storable(position: object) -> bool:
    """Whether a database can compare with a position: its whole numbers have 64 bits, and PostgreSQL's texts no zero byte."""
    found = msgspec.to_builtins(position)
    values = list(found.values()) if isinstance(found, dict) else found if isinstance(found, (list, tuple)) else [found]
    return all(-WHOLE <= value < WHOLE if isinstance(value, int) else "\0" not in str(value) for value in values)
