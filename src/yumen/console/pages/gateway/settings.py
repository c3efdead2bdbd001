"""The pages of settings: the organization's own, its names for models, and, for the operator, the gateway's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yumen.console.pages.locales import SIMPLIFIED
from yumen.console.pages.page import Page
from yumen.organizations.permissions import Action
from yumen.organizations.rules import time_zones

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.responses import Response

    from yumen.console.api.premises import SettingShown
    from yumen.console.pages.visit import Visit

MOST = 1000
ORGANIZATION_KIND_SENTENCES = {"enterprise": "a company", "individual": "one person"}


async def show(visit: Visit) -> Response:
    """Show the organization's settings."""
    return await visit.show(
        "gateway/settings.html",
        organization=await visit.do("organization.retrieve"),
        kinds=ORGANIZATION_KIND_SENTENCES,
        zones=zones(),
        aliases=(await visit.do("model_aliases.list", {"limit": MOST})).data,
        may_change=visit.may(Action.ORGANIZATION_UPDATE),
        may_alias=visit.may(Action.MODEL_ALIAS_UPDATE),
        operator=visit.may(Action.SYSTEM_READ),
    )


def zones() -> list[str]:
    """Return the time zones that people choose from: those of a place, and UTC."""
    return ["UTC", *sorted(zone for zone in time_zones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "US/")))]


async def submit(visit: Visit) -> Response:
    """Do what a button of the page says."""
    return await ACTS.get(visit.form.text("act"), change)(visit)


async def change(visit: Visit) -> Response:
    """Change the organization's name and time zone."""
    asked = {"name": visit.form.text("name"), "time_zone": visit.form.text("time_zone")}
    await visit.do("organization.update", asked)
    return visit.go("/settings", visit.say("The organization was changed."))


async def set_alias(visit: Visit) -> Response:
    """Let a name mean a model."""
    name, model = visit.form.text("alias"), visit.form.text("model")
    await visit.do("model_aliases.set", {"id": name, "model": model, "shadow": visit.form.ticked("shadow")})
    return visit.go("/settings", visit.say("{name} points to {model} now.", name=name, model=model))


async def delete_alias(visit: Visit) -> Response:
    """Let a name mean itself again."""
    name = visit.form.text("alias")
    await visit.do("model_aliases.delete", model_alias=name)
    return visit.go("/settings", visit.say("The alias {name} was deleted.", name=name))


ACTS: dict[str, Callable[[Any], Awaitable[Response]]] = {"organization": change, "alias": set_alias, "delete": delete_alias}


async def show_gateway(visit: Visit) -> Response:
    """Show the gateway's settings, those that are no defaults or all."""
    lines: list[SettingShown] = (await visit.do("settings.list")).data
    changed = sum(not line.is_default or line.source is not None for line in lines)
    whole = visit.query.get("show") == "all" or not changed
    kept = [line for line in lines if whole or not line.is_default or line.source is not None]
    sections: dict[str, list[SettingShown]] = {}
    for line in kept:
        sections.setdefault(line.id.rpartition(".")[0], []).append(line)
    values = {"changed": changed, "count": len(lines), "whole": whole, "chinese": visit.locale.language == SIMPLIFIED}
    return await visit.show("gateway/gateway_settings.html", sections=sections, **values)


PAGES = (
    Page(path="/settings", access=Action.ORGANIZATION_READ, show=show, submit=submit),
    Page(path="/settings/gateway", access=Action.SYSTEM_READ, show=show_gateway),
)
