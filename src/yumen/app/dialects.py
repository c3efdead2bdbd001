"""The dialects of the upstreams that are not asked as Claude is: Bedrock and Vertex, each with its own credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.settings.credential import NONE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yumen.app.ground import Ground
    from yumen.settings import NamedPlan
    from yumen.settings.sending import Upstream
    from yumen.upstream.dialect import Dialect


def open_dialects(ground: Ground, plans: Iterable[NamedPlan]) -> dict[str, Dialect]:
    """Return the dialects by the upstreams' names. Raises OperatorError where an extra is missing."""
    dialects: dict[str, Dialect] = {}
    for plan in plans:
        dialect = _dialect(ground, plan.name, plan.table)
        if dialect is not None:
            dialects[plan.name] = dialect
            ground.closing.push_async_callback(dialect.close)
    return dialects


def _dialect(ground: Ground, name: str, upstream: Upstream) -> Dialect | None:
    register, region = ground.redactor.register, upstream.region or ""
    if upstream.kind == "bedrock":
        from yumen.upstream.bedrock import Bedrock, Signer  # noqa: PLC0415  (its library takes 0.3 s to load, and most gateways need none)

        return Bedrock(Signer(name, region, register) if upstream.credential in (None, NONE) else None)
    if upstream.kind == "vertex":
        from yumen.upstream.vertex import Google, Vertex  # noqa: PLC0415  (the same)

        return Vertex(upstream.project or "", region, Google(name, register))
    return None
