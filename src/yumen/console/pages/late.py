"""A form that comes after its session has ended: nothing is done, and what was typed is not lost."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from yumen.console.pages.cookies import TOKEN_FIELD
from yumen.console.pages.forms import OWN, read_fields

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.pages.forms import Form
    from yumen.console.pages.visit import Visit

UNTYPED = frozenset({TOKEN_FIELD, "act", "next", "back"})
"""What forms hold beside what people type."""
SECRET = ("password", "again", "code", "token", "secret", "word")
"""What in a field's name says that nobody shall see its value again."""
MAX_REFILLED = 1500
"""In characters of an address: what is longer is shown to be copied."""


async def show_late(visit: Visit) -> Response:
    """Ask to sign in again; the form stands there afterwards as it was, or, where that is too much, is shown here."""
    own = visit.request.headers.get("sec-fetch-site", "none") in OWN
    typed = typed_in(await read_fields(visit.request)) if own else []
    refilled = f"{visit.request.url.path}?{urlencode(typed)}" if typed else visit.request.url.path
    fits = len(refilled) <= MAX_REFILLED
    visit.status = 401
    return await visit.show(
        "late.html",
        typed=[] if fits else typed,
        next=quote(refilled if fits else visit.request.url.path, safe=""),
        kept=bool(typed) and fits,
    )


def typed_in(form: Form) -> list[tuple[str, str]]:
    """Return the fields that somebody typed, but secrets."""
    return [(name, form.raw(name)) for name in form if name not in UNTYPED and form.text(name) and not any(part in name for part in SECRET)]
