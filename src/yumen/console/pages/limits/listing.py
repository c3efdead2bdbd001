"""The table of limits: whose each is, what is used of it right now, where it comes from, and what it does when it is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.console.pages.limit_forms import KIND_SENTENCES
from yumen.console.pages.limits.lines import Line, lines_of
from yumen.console.pages.limits.names import SCOPE_SENTENCES, Names, names_of
from yumen.console.pages.page import Page
from yumen.errors import NotFound
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.responses import Response

    from yumen.console.pages.limits.names import Named
    from yumen.console.pages.visit import Visit

MOST = 1000
NEARLY, FULL = 0.8, 0.95


async def show(visit: Visit) -> Response:
    """Show all limits of the organization."""
    names = await names_of(visit)
    page = await visit.do("limits.list", {"limit": MOST})
    organization = await visit.do("organization.retrieve")
    return await visit.show(
        "limits/list.html",
        groups=grouped(lines_of(visit, page.data, names)),
        kinds=SCOPE_SENTENCES,
        plan=organization.plan,
        time_zone=organization.time_zone,
        may_set=visit.may(Action.LIMIT_UPDATE),
        may_raise=visit.may(Action.LIMIT_RAISE),
        may_ask=visit.may(Action.INCREASE_ASK),
        modules=["gateway_live.js"],
    )


class Use(msgspec.Struct, frozen=True):
    """What is used of a limit right now."""

    text: str
    kind: str
    """good, warn or bad: how full it is."""
    share: float
    at: str | None
    """When all of it is free again."""


async def use(visit: Visit) -> Response:
    """Tell the page's script how the limits stand by now."""
    lines = lines_of(visit, (await visit.do("limits.list", {"limit": MOST})).data, Names([]))
    return visit.json({line.name: use_of(visit, line, line.share) for line in lines if line.share is not None})


def use_of(visit: Visit, line: Line, share: float) -> Use:
    """Say how one stands, as the page does."""
    kind = "bad" if share >= FULL else "warn" if share >= NEARLY else "good"
    return Use(visit.say("{used} used, {left} left", used=line.used, left=line.left), kind, share, line.resets_at)


def grouped(lines: Iterable[Line]) -> list[tuple[Named, list[Line]]]:
    """Put the limits of one thing together, in the order in which they came."""
    groups: dict[tuple[str, str], tuple[Named, list[Line]]] = {}
    for line in lines:
        groups.setdefault((line.of.kind, line.of.id), (line.of, []))[1].append(line)
    return list(groups.values())


async def act(visit: Visit) -> Response:
    """Take a limit away."""
    scope_kind, _, scope_id = visit.form.text("scope").partition(":")
    kind = visit.form.text("kind")
    if kind not in KIND_SENTENCES:
        raise NotFound
    await visit.do("limits.unset", {"scope_kind": scope_kind, "scope_id": scope_id, "kind": kind})
    return visit.go("/limits", visit.say("The limit is gone: {limit}.", limit=visit.say(KIND_SENTENCES[kind])))


def choosable(names: Names, *, whole: bool) -> list[tuple[str, str, list[Named]]]:
    """Return what a limit can be set on, by kind: kind, its sentence, and the things. `whole`: the organization, too."""
    kinds = [kind for kind in SCOPE_SENTENCES if kind != "label" and (whole or kind != "organization")]
    found = [(kind, SCOPE_SENTENCES[kind], [one for one in names.known if one.kind == kind and one.works]) for kind in kinds]
    return [group for group in found if group[2]]


PAGES = (
    Page(path="/limits", access=Action.LIMIT_READ, show=show, submit=act),
    Page(path="/limits/use", access=Action.LIMIT_READ, show=use),
)
