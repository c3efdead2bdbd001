"""The page of upstreams: where requests go, how each does, and what it has left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.console.pages.gateway.cells import Cell, ago
from yumen.console.pages.page import Page
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.api.premises import QuotaShown, UpstreamShown
    from yumen.console.pages.visit import Visit

CIRCUIT_SENTENCES = {
    "closed": "In use",
    "half-open": "Being tried",
    "open": "Resting",
    "unknown": "Not known",
}
MEANING_SENTENCES = {
    "closed": "Its circuit is closed: requests go there.",
    "half-open": "Its circuit is half-open: after a rest one request tries whether it answers again; the others go elsewhere.",
    "open": "Its circuit is open: it failed several times in a row, so that requests go elsewhere until a try succeeds.",
    "unknown": "The gateway has not said yet how it does.",
}
RESULT_SENTENCES = {
    "answered": "answered",
    "refused": "refused by it (4xx)",
    "limited": "limited by it (429)",
    "unauthorized": "credential not accepted (401, 403)",
    "error": "server errors (5xx)",
    "failed": "no answer",
    "left": "given up before an answer",
    "broken": "answers that broke off",
}
QUOTA_SENTENCES = {
    "requests": "requests",
    "tokens": "tokens",
    "input-tokens": "input tokens",
    "output-tokens": "output tokens",
}
COLOURS = {"closed": "good", "half-open": "warn", "open": "bad", "unknown": "quiet"}


async def show(visit: Visit) -> Response:
    """Show every upstream."""
    found = (await visit.do("upstreams.list")).data
    values = {"upstreams": found, "cells": cells_of(visit, found), "modules": ["gateway_live.js"]}
    return await visit.show("gateway/upstreams.html", **values)


async def show_live(visit: Visit) -> Response:
    """Say what may have changed."""
    return visit.json(cells_of(visit, (await visit.do("upstreams.list")).data))


def cells_of(visit: Visit, upstreams: list[UpstreamShown]) -> dict[str, Cell]:
    """Return what is kept fresh of all of them."""
    return {f"{one.id}.{name}": cell for one in upstreams for name, cell in cells_of_one(visit, one).items()}


def cells_of_one(visit: Visit, one: UpstreamShown) -> dict[str, Cell]:
    """Return what is kept fresh of one."""
    locale, circuit = visit.locale, one.circuit or "unknown"
    results = [
        f"{visit.say(RESULT_SENTENCES.get(result, result))}: {locale.number(count)}" for result, count in one.results.items() if count
    ]
    return {
        "circuit": Cell(visit.say(CIRCUIT_SENTENCES[circuit]), COLOURS[circuit]),
        "meaning": Cell(visit.say(MEANING_SENTENCES[circuit])),
        "requests": Cell(locale.number(one.requests)),
        "failures": Cell(locale.number(one.failures)),
        "half": Cell(locale.span(one.head_p50_us)),
        "most": Cell(locale.span(one.head_p95_us)),
        "connections": Cell(locale.number(one.connections)),
        "results": Cell("\n".join(results) or visit.say("no request yet")),
        "quota": Cell("\n".join(quota_of(visit, each) for each in one.quota) or visit.say("nothing said yet")),
    }


def quota_of(visit: Visit, quota: QuotaShown) -> str:
    """Say what is left of one of an upstream's own limits."""
    return visit.say(
        "{kind} ({models}): {left} of {limit} left, full again {when}",
        kind=visit.say(QUOTA_SENTENCES.get(quota.kind, quota.kind)),
        models=quota.model_class,
        left=visit.locale.number(quota.remaining),
        limit=visit.locale.number(quota.limit),
        when=ago(visit, quota.resets_at),
    )


PAGES = (
    Page(path="/upstreams", access=Action.UPSTREAM_READ, show=show),
    Page(path="/upstreams/live", access=Action.UPSTREAM_READ, show=show_live),
)
