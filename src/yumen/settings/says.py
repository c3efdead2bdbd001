"""The sentences of an option: what it does, in English and Chinese, beside its type and its limits."""

from __future__ import annotations

import msgspec


def says(english: str, chinese: str, *, at_least: float | None = None, above: float | None = None) -> msgspec.Meta:
    """Return an option's sentences and limits, to stand in its `Annotated` type."""
    sentences = {"chinese": chinese}
    if above is not None:
        return msgspec.Meta(description=english, extra=sentences, gt=above)
    if at_least is not None:
        return msgspec.Meta(description=english, extra=sentences, ge=at_least)
    return msgspec.Meta(description=english, extra=sentences)
