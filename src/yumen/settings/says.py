"""The sentences of an option: what it does, in English and Chinese, beside its type and its limits."""

from __future__ import annotations

from typing import Literal

import msgspec

Seconds = float
"""Durations end in `_s`; sizes in `_mb` (1024 × 1024 bytes) or `_bytes`."""
FailMode = Literal["fail_closed", "fail_open"]
"""What happens where something cannot be read or counted."""


def says(english: str, chinese: str, *, at_least: float | None = None, above: float | None = None) -> msgspec.Meta:
    """Return an option's sentences and limits, to stand in its `Annotated` type."""
    sentences = {"chinese": chinese}
    if above is not None:
        return msgspec.Meta(description=english, extra=sentences, gt=above)
    if at_least is not None:
        return msgspec.Meta(description=english, extra=sentences, ge=at_least)
    return msgspec.Meta(description=english, extra=sentences)
