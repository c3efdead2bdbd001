"""Reads what a form sent, and tells a form of this browser from one that another site made it send."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from yumen.console.api.wire import collect
from yumen.console.pages.cookies import TOKEN_FIELD, TOKEN_HEADER
from yumen.console.pages.faults import ForeignForm
from yumen.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

    from yumen.console.pages.cookies import Jar

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
MAX_FIELDS = 1000
MAX_DIGITS = 18
"""Of a whole number: it fits 64 bits, and takes no time to read."""
OWN = frozenset({"same-origin", "none"})
"""What `Sec-Fetch-Site` says of a page of ours, and of what the person did; browsers that do not send it are judged by the token alone."""


class Form:
    """The fields of a form: each has one value or several, and what is not there is empty."""

    __slots__ = ("_fields",)

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        """Take names and values in their order."""
        self._fields: dict[str, list[str]] = {}
        for name, value in pairs:
            self._fields.setdefault(name, []).append(value.replace("\r\n", "\n"))

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the fields that are there."""
        return iter(self._fields)

    def text(self, name: str, default: str = "") -> str:
        """Return a field without white space around it."""
        return self._fields.get(name, [default])[-1].strip()

    def raw(self, name: str) -> str:
        """Return a field as it was sent, such as a password."""
        return self._fields.get(name, [""])[-1]

    def maybe(self, name: str) -> str | None:
        """Return a field, None where it is empty."""
        return self.text(name) or None

    def each(self, name: str) -> list[str]:
        """Return all values of a field, but the empty ones."""
        return [value.strip() for value in self._fields.get(name, []) if value.strip()]

    def lines(self, name: str) -> list[str]:
        """Return a field's lines or comma-separated parts, but the empty ones."""
        return [part.strip() for part in self.raw(name).replace(",", "\n").split("\n") if part.strip()]

    def ticked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return bool(self.text(name))


def whole(text: str) -> int | None:
    """Read a whole number as people type it, without a sign; None: that is none, or none that anything here is counted in."""
    return int(text) if text.isdecimal() and len(text) <= MAX_DIGITS else None


async def read_form(request: Request, jar: Jar) -> Form:
    """Read a form, or the empty one of a JSON body, which its handler reads itself. Raises ForeignForm, TooLarge or InvalidRequest."""
    if request.headers.get("sec-fetch-site", "none") not in OWN:
        raise ForeignForm
    sent = request.headers.get(TOKEN_HEADER)
    if kind_of(request) == JSON or sent is not None:
        accept(jar, sent or "")
        return Form([])
    form = await read_fields(request)
    accept(jar, form.text(TOKEN_FIELD))
    return form


async def read_fields(request: Request) -> Form:
    """Read what a form sent, whoever made it send. Raises TooLarge or InvalidRequest."""
    if kind_of(request) != FORM:
        raise InvalidRequest(f"content-type: Input should be {FORM} or {JSON}")
    try:
        pairs = parse_qsl((await collect(request)).decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError:
        raise InvalidRequest("The form cannot be read.") from None
    return Form(pairs)


def kind_of(request: Request) -> str:
    """Return the media type of what was sent."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def accept(jar: Jar, token: str) -> None:
    """Raise ForeignForm unless the token is this browser's."""
    if not jar.accepts(token):
        raise ForeignForm
