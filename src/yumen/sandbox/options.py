"""How a sandbox is told to behave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """Every option of the sandbox; each has a default that suits a test run."""

    strict: bool = False
    """Refuse what Claude refuses and a test may need: unknown models, fields and betas, missing keys, made-up ids."""
    rules: Path | None = None
    """A TOML file whose rules come before the built-in ones."""
    pace: float = 0.0
    """Tokens a second; 0: no delay."""
    seed: int = 0
    """Draws of another seed fall otherwise."""
    batch_ms: float = 0.0
    """How long a batch stays in progress; 0: until the first look at it."""
    max_file_bytes: int = 500 * 1024 * 1024
    """The size of one file."""
    max_stored_bytes: int = 2 * 1024 * 1024 * 1024
    """All files together."""
