"""Under which rules a request is checked: API version, betas, model, and how strictly."""

from __future__ import annotations

import msgspec

from yumen.claude.model import Model

SAMPLING_VERSION = "2023-06-01"
CURRENT_VERSION = "2026-10-21"
LEGACY_VERSION = "2023-01-01"
VERSIONS = (LEGACY_VERSION, SAMPLING_VERSION, CURRENT_VERSION)


class Setting(msgspec.Struct, frozen=True):
    """What the checks depend on beside the body."""

    version: str = CURRENT_VERSION
    betas: frozenset[str] = frozenset()
    strict: bool = False
    model: Model | None = None
    counting: bool = False
    """count_tokens: no `max_tokens`, and none of the fields that concern an answer."""
    batched: bool = False
    """Inside a batch: `max_tokens` is at least 1."""

    @property
    def current(self) -> bool:
        """Whether the API version is the newest."""
        return self.version == CURRENT_VERSION
