"""Takes values out of decoded JSON without trusting its shape: what is not there, or is something else, reads as empty."""

from __future__ import annotations


def mapping(value: object) -> dict[str, object]:
    """Return an object, or an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: object) -> list[object]:
    """Return an array, or an empty one."""
    return value if isinstance(value, list) else []


def string(value: object, default: str = "") -> str:
    """Return a string, or the default."""
    return value if isinstance(value, str) else default


def whole(value: object) -> int | None:
    """Return an integer; JSON's true and false are none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def number(value: object) -> float | None:
    """Return any JSON number."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def strings(value: object) -> tuple[str, ...]:
    """Return the strings of an array."""
    return tuple(item for item in sequence(value) if isinstance(item, str))
