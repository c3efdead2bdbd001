"""Looks whether a cloud's credentials can be had, which costs nothing; only a paid request would try more."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from yumen.checks.finding import Finding, Level
from yumen.errors import CredentialUnavailable
from yumen.settings.sources import tell_nobody

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yumen.exchange.values import Secret
    from yumen.settings import NamedPlan

CHAINS = {"bedrock": "AWS's chain of credentials", "vertex": "Google's application default credentials"}


def check_cloud(plan: NamedPlan, secret: Secret | None) -> Iterator[Finding]:
    """Yield what is found of a cloud's upstream, with its table's credential where it names one. Raises OperatorError without the extra."""
    values = {"name": plan.name, "url": plan.url, "source": CHAINS[plan.table.kind] if secret is None else secret.source}
    yield Finding(Level.OK, "upstream", "{url} is a cloud's, which only a paid request would try", values)
    try:
        asyncio.run(tried(plan, secret))
    except CredentialUnavailable:
        yield Finding(Level.FAIL, "credential", "{source} gives the upstream {name} no credential that can be used", values)
    else:
        yield Finding(Level.OK, "credential", "the one of {source} goes to {url}", values)


async def tried(plan: NamedPlan, secret: Secret | None) -> None:
    """Get what a request would be sent with. Raises CredentialUnavailable."""
    if plan.table.kind == "vertex":
        from yumen.upstream.vertex import Google

        google = Google(plan.name, tell_nobody)
        try:
            await google.token(secret)
        finally:
            await google.close()
    elif secret is None:
        from yumen.upstream.bedrock import Signer

        keys = Signer(plan.name, plan.table.region or "", tell_nobody).keys
        try:
            await keys.current()
        finally:
            await keys.close()
