"""The gateway itself, for its operator: upstreams, secrets by reference, settings, system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.console.api.operation import Nothing, Operation
from yumen.console.api.pages import CursorPage
from yumen.console.api.premises import CheckShown, SecretShown, SettingShown, SystemShown, UpstreamShown
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from yumen.console.api.call import Call


async def upstreams(call: Call, _: Nothing) -> CursorPage[UpstreamShown]:
    """List upstreams."""
    return CursorPage(await call.services.premises.upstreams(), None)


async def secrets(call: Call, _: Nothing) -> CursorPage[SecretShown]:
    """List references, by the last look."""
    return CursorPage(await call.services.premises.secrets(), None)


async def look_at_secrets(call: Call, _: Nothing) -> CursorPage[SecretShown]:
    """Ask every store again."""
    return CursorPage(await call.services.premises.secrets(again=True), None)


async def settings(call: Call, _: Nothing) -> CursorPage[SettingShown]:
    """List settings."""
    return CursorPage(call.services.premises.settings(), None)


async def system(call: Call, _: Nothing) -> SystemShown:
    """Show the whole."""
    return await call.services.premises.system()


async def checks(call: Call, _: Nothing) -> CursorPage[CheckShown]:
    """Look at all that must be well."""
    return CursorPage(await call.services.premises.checks(), None)


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/organizations/upstreams",
        name="upstreams.list",
        summary="List the gateway's upstreams: settings, circuit, quota left, requests and failures",
        action=Action.UPSTREAM_READ,
        handler=upstreams,
        answer=CursorPage[UpstreamShown],
    ),
    Operation(
        method="GET",
        path="/v1/organizations/secrets",
        name="secrets.list",
        summary="List the references to secrets in the gateway's settings and what they lead to, without any value",
        action=Action.SECRET_READ,
        handler=secrets,
        answer=CursorPage[SecretShown],
    ),
    Operation(
        method="POST",
        path="/v1/organizations/secrets/check",
        name="secrets.check",
        summary="Ask every store of secrets again",
        action=Action.SECRET_READ,
        handler=look_at_secrets,
        answer=CursorPage[SecretShown],
    ),
    Operation(
        method="GET",
        path="/v1/organizations/settings",
        name="settings.list",
        summary="List the gateway's settings: value, default, and where each comes from; secrets are masked",
        action=Action.SYSTEM_READ,
        handler=settings,
        answer=CursorPage[SettingShown],
    ),
    Operation(
        method="GET",
        path="/v1/organizations/system",
        name="system.retrieve",
        summary="Show how the gateway does: dependencies, database, journal, disk, memory, workers",
        action=Action.SYSTEM_READ,
        handler=system,
        answer=SystemShown,
    ),
    Operation(
        method="POST",
        path="/v1/organizations/system/check",
        name="system.check",
        summary="Look at all that must be well, as yumen doctor does, and say what to do where it is not",
        action=Action.SYSTEM_READ,
        handler=checks,
        answer=CursorPage[CheckShown],
    ),
)
