"""The sandbox's options from the settings: for the gateway that carries one, and for the sandbox alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from yumen.sandbox.options import SandboxOptions

if TYPE_CHECKING:
    from yumen.settings.values import Settings


def sandbox_options(settings: Settings) -> SandboxOptions:
    """Return the options."""
    chosen = settings.sandbox
    rules = None if chosen.rules is None else Path(chosen.rules).expanduser()
    return SandboxOptions(strict=chosen.strict, rules=rules, pace=chosen.pace, seed=chosen.seed, batch_ms=chosen.batch_ms)
