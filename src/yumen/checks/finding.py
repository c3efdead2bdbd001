"""One finding of `yumen doctor`: how things stand, in a sentence, with what to do."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"
    """It works, and the operator should know."""
    FAIL = "fail"
    """It does not work, or is not safe."""


class Finding(NamedTuple):
    """What was found at one place."""

    level: Level
    place: str
    sentence: str
    values: Mapping[str, object] = MappingProxyType({})
