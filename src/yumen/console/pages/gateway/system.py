"""The page of the system: whether all is well with the gateway, what it stands on, and what to do where something is not well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.console.pages.gateway.cells import Cell, ago, size
from yumen.console.pages.page import Page
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.api.premises import SystemShown
    from yumen.console.pages.visit import Visit

MODE_SENTENCES = {
    "fail_closed": "requests that need it are refused",
    "fail_open": "requests pass without it",
    "the last value is used on": "the last value is used on",
    "content that needs this key is refused": "content that needs this key is refused",
    "requests under a policy that cannot be read are refused": "requests under a policy that cannot be read are refused",
}
LEVEL_SENTENCES = {"ok": "OK", "warn": "Warning", "fail": "Problem"}
COLOURS = {"ok": "good", "warn": "warn", "fail": "bad"}
LITTLE_SHARE = 0.1
"""Of the disk: what is less is coloured."""


async def show(visit: Visit) -> Response:
    """Show how all does."""
    return await shown(visit, [])


async def check(visit: Visit) -> Response:
    """Look at all that must be well, and show what was found."""
    return await shown(visit, (await visit.do("system.check")).data)


async def shown(visit: Visit, checks: list[object]) -> Response:
    """Show the page, with what was found."""
    whole = await visit.do("system.retrieve")
    values = {"checks": checks, "cells": cells_of(visit, whole), "levels": LEVEL_SENTENCES, "colours": COLOURS, "mode": mode_of}
    return await visit.show("gateway/system.html", system=whole, modules=["gateway_live.js"], **values)


async def show_live(visit: Visit) -> Response:
    """Say what may have changed."""
    return visit.json(cells_of(visit, await visit.do("system.retrieve")))


def mode_of(visit: Visit, mode: str) -> str:
    """Say what happens without a dependency. The database's mode names its kind first."""
    last = mode.rpartition(", ")[2]
    return visit.say(MODE_SENTENCES.get(last, last))


def cells_of(visit: Visit, system: SystemShown) -> dict[str, Cell]:
    """Return what is kept fresh."""
    number = visit.locale.number
    journal, database = system.journal, system.database
    return {
        "ready": Cell(visit.say("Ready"), "good") if system.ready else Cell(visit.say("Not ready"), "bad"),
        "uptime": Cell(ago(visit, system.started_at)),
        "workers": Cell(f"{number(system.workers_serving)} / {number(system.workers)}"),
        "deaths": Cell(number(system.worker_deaths)),
        "requests": Cell(number(system.open_requests)),
        "streams": Cell(number(system.open_streams)),
        "connections": Cell(number(system.connections)),
        "memory": Cell(size(visit, system.memory_bytes)),
        "disk": disk_of(visit, system),
        "database": Cell(size(visit, database.size_bytes)),
        "revision": Cell(number(database.revision)),
        "backlog": Cell(size(visit, journal.undrained_bytes)),
        "segments": Cell(number(journal.segments)),
        "owed": Cell(number(journal.owed_entries), "bad" if journal.owed_entries else ""),
        "outages": Cell(number(journal.failures_in_a_row), "warn" if journal.failures_in_a_row else ""),
        "keys": Cell(system.data_keys.fault, "bad") if system.data_keys.fault else Cell(visit.say("Readable"), "good"),
        **{f"dependency.{each.name}": state_of(visit, up=each.up) for each in system.dependencies},
        **{f"since.{each.name}": Cell(ago(visit, each.since)) for each in system.dependencies},
        **{f"reason.{each.name}": Cell(each.reason or "") for each in system.dependencies},
    }


def state_of(visit: Visit, *, up: bool) -> Cell:
    """Return whether something answers."""
    return Cell(visit.say("Answers"), "good") if up else Cell(visit.say("Does not answer"), "bad")


def disk_of(visit: Visit, system: SystemShown) -> Cell:
    """Return what is free of the disk."""
    free, total = system.disk_free_bytes, system.disk_total_bytes
    little = free is not None and total and free / total < LITTLE_SHARE
    return Cell(visit.say("{free} of {total} free", free=size(visit, free), total=size(visit, total)), "warn" if little else "")


PAGES = (
    Page(path="/system", access=Action.SYSTEM_READ, show=show, submit=check),
    Page(path="/system/live", access=Action.SYSTEM_READ, show=show_live),
)
