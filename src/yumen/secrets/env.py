"""Secrets in the environment, `env:NAME`: they change only with a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.secrets.values import Reference, SecretMissing, Stage

if TYPE_CHECKING:
    from collections.abc import Mapping


class EnvSource:
    """A `Source`: the variables of a process."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Read those."""
        self._environ = environ

    def fetch(self, reference: Reference, stage: Stage = Stage.CURRENT) -> str:
        """Return the variable's value. Raises SecretMissing where it is not set, or set to nothing."""
        if stage is not Stage.CURRENT:
            raise SecretMissing("{secret}: the environment keeps one value alone.", secret=reference)
        value = self._environ.get(reference.name, "")
        if not value.strip():
            raise SecretMissing("{secret}: the variable {name} is not set.", secret=reference, name=reference.name)
        return value
