"""The page of the audit log: who did what, what was before and after, and all of it as a file."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec

from yumen.console.api.streams import Stream
from yumen.console.pages.acts import THING_SENTENCES, sentence_of
from yumen.console.pages.gateway.differences import differences
from yumen.console.pages.limits.names import names_of
from yumen.console.pages.page import Page
from yumen.errors import InvalidRequest
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.responses import Response

    from yumen.console.api.audit import ActShown
    from yumen.console.pages.visit import Visit

AT_ONCE = 50
EXPORTED_AT_ONCE = 1000
TEXTS = ("actor", "action", "target")
COLUMNS = ("id", "created_at", "organization_id", "actor", "actor_name", "address", "action", "target", "before", "after")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would compute."""
KINDS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}


async def show(visit: Visit) -> Response:
    """Show a page of acts."""
    asked = asked_of(visit) | {"limit": AT_ONCE} | ({"page": visit.query["page"]} if visit.query.get("page") else {})
    found, names = await visit.do(operation(visit), asked), await names_of(visit)
    kept = {name: visit.query[name] for name in (*TEXTS, "from", "until", "of") if visit.query.get(name)}
    return await visit.show(
        "gateway/audit.html",
        acts=[(act, sentence_of(visit, act, names), differences(visit, act, names)) for act in found.data],
        older=None if found.next_page is None else f"/audit?{urlencode({**kept, 'page': found.next_page})}",
        newest=f"/audit?{urlencode(kept)}" if visit.query.get("page") else None,
        kept=urlencode(kept),
        filtered=bool(kept.keys() - {"of"}),
        things=THING_SENTENCES,
        operator=visit.may(Action.AUDIT_READ_ALL),
        whole=operation(visit) == "audit_log.all",
        zone=zone_of(visit).key,
    )


async def export(visit: Visit) -> Response:
    """Send all acts that the filters leave, as CSV or JSON lines."""
    form = visit.query.get("format", "csv")
    if form not in KINDS:
        raise InvalidRequest("format: csv or jsonl")
    first = await visit.do(operation(visit), asked_of(visit) | {"limit": EXPORTED_AT_ONCE})
    headers = {"content-disposition": f'attachment; filename="audit.{form}"'}
    return Stream(visit.call, lines(visit, first, form), KINDS[form], headers)


async def lines(visit: Visit, page: Any, form: str) -> AsyncIterator[bytes]:  # noqa: ANN401  (a page of acts)
    """Yield all lines from a page on."""
    yield row(COLUMNS).encode() if form == "csv" else b""
    while True:
        yield "".join(line_of(act, form) for act in page.data).encode()
        if page.next_page is None:
            return
        page = await visit.do(operation(visit), asked_of(visit) | {"limit": EXPORTED_AT_ONCE, "page": page.next_page})


def line_of(act: ActShown, form: str) -> str:
    """Return an act as a line."""
    if form == "jsonl":
        return msgspec.json.encode(act).decode() + "\n"
    return row([getattr(act, name) for name in COLUMNS])


def row(values: tuple[object, ...] | list[object]) -> str:
    """Return a line of CSV; what a spreadsheet would take for a formula is marked as text."""
    texts = ["" if value is None else json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value) for value in values]
    written = io.StringIO()
    csv.writer(written).writerow([f"'{text}" if text.startswith(FORMULA) else text for text in texts])
    return written.getvalue()


def operation(visit: Visit) -> str:
    """Return what is asked: the organization's acts, or, for an operator who chose so, everybody's."""
    return "audit_log.all" if visit.query.get("of") == "all" and visit.may(Action.AUDIT_READ_ALL) else "audit_log.list"


def asked_of(visit: Visit) -> dict[str, str]:
    """Return the filters. Raises InvalidRequest."""
    texts = {name: visit.query[name].strip() for name in TEXTS if visit.query.get(name, "").strip()}
    days = {"starting_at": day_of(visit, "from", 0), "ending_at": day_of(visit, "until", 1)}
    return texts | {name: moment for name, moment in days.items() if moment is not None}


def day_of(visit: Visit, name: str, plus: int) -> str | None:
    """Return the beginning of a day of the organization's, so many days later. Raises InvalidRequest."""
    text = visit.query.get(name, "").strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text) + timedelta(days=plus)
        return datetime.combine(day, time(), zone_of(visit)).astimezone(UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        raise InvalidRequest(f"{name}: Input should be a day such as 2026-11-26") from None


def zone_of(visit: Visit) -> ZoneInfo:
    """Return the organization's time zone."""
    return ZoneInfo("UTC" if visit.organization is None else visit.organization.time_zone)


PAGES = (
    Page(path="/audit", access=Action.AUDIT_READ, show=show),
    Page(path="/audit/export", access=Action.AUDIT_READ, show=export),
)
