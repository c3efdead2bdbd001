"""The providers of single sign-on, made of the settings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx2

from yumen.console.sign_on import Provider, Relying
from yumen.console.sign_on.relying import TIMEOUT_S
from yumen.errors import OperatorError
from yumen.organizations.single_sign_on import Newcomers
from yumen.organizations.values import Role

if TYPE_CHECKING:
    from contextlib import AsyncExitStack

    from yumen.clock import Clock
    from yumen.settings import Settings
    from yumen.settings.single_sign_on import Provider as Table
    from yumen.settings.sources import Sources

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


def open_sign_on(settings: Settings, sources: Sources, ends: tuple[Clock, AsyncExitStack]) -> dict[str, Relying]:
    """Return what speaks with each provider. Raises OperatorError where a table will not do, or a secret cannot be had, which blocks."""
    clock, closing = ends
    if not settings.single_sign_on:
        return {}
    client = httpx2.AsyncClient(timeout=TIMEOUT_S, follow_redirects=False)
    closing.push_async_callback(client.aclose)
    providers = [provider_of(name, table, sources) for name, table in settings.single_sign_on.items()]
    return {provider.name: Relying(provider, client, clock) for provider in providers}


def provider_of(name: str, table: Table, sources: Sources) -> Provider:
    """Return one provider."""
    setting = f"single_sign_on.{name}"
    if not _NAME.fullmatch(name):
        raise OperatorError("{setting}: a name has up to 32 small letters, digits and -", setting=setting)
    for field in ("issuer", "client_id"):
        if not getattr(table, field):
            raise OperatorError("{setting}: {field} is missing", setting=setting, field=field)
    if bool(table.domains) is not bool(table.organization):
        raise OperatorError("{setting}: organization and domains go together: set both, or neither", setting=setting)
    secret = None if table.client_secret is None else sources.secret(table.client_secret, f"{setting}.client_secret").reveal()
    newcomers = Newcomers(table.organization, Role(table.role), tuple(domain.strip().lower() for domain in table.domains))
    return Provider(name, table.label or name, table.issuer, table.client_id, secret, newcomers)
