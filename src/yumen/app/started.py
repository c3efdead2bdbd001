"""What a gateway says of itself once it serves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from yumen.settings.clouds import CLAUDE_KIND

if TYPE_CHECKING:
    from yumen.settings import NamedPlan


class Named(msgspec.Struct, frozen=True):
    """One upstream, as it is named to the operator."""

    name: str
    url: str | None
    """None: the sandbox."""
    credential_source: str | None
    """Where its credential comes from; None: none is sent, or a cloud's own tools find it."""
    cloud: bool = False
    """Whether it is Bedrock or Vertex."""


class Started(msgspec.Struct, frozen=True):
    """Where it serves and what it stands on."""

    listen_url: str
    control_url: str
    """The control port."""
    console_url: str
    """The name by which people reach the console there."""
    upstreams: tuple[Named, ...]
    first_key: str | None
    data: Path
    tls_authority: Path | None
    setup_token: str | None = None
    """Of the first administrator, at the first start."""


def named(plans: tuple[NamedPlan, ...]) -> tuple[Named, ...]:
    """Return the upstreams of the plans."""
    return tuple([named_one(each) for each in plans])


def named_one(plan: NamedPlan) -> Named:
    """Return one upstream."""
    source = None if plan.credential is None else plan.credential.source
    return Named(plan.name, plan.url, source, cloud=plan.table.kind != CLAUDE_KIND)
