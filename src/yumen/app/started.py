"""What a gateway says of itself once it serves."""

from __future__ import annotations

from pathlib import Path

import msgspec


class Started(msgspec.Struct, frozen=True):
    """Where it serves and what it stands on."""

    listen_url: str
    control_url: str
    upstream: str | None
    credential_source: str | None
    first_key: str | None
    data: Path
    tls_authority: Path | None
    setup_token: str | None = None
    """Of the first administrator, at the first start."""
