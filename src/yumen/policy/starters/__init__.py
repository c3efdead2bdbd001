"""The policies that ship with us, to begin with: personal data, secrets, customer service."""

from __future__ import annotations

from pathlib import Path

from yumen.errors import OperatorError

FOLDER = Path(__file__).parent


def starter_names() -> list[str]:
    """Return the names of the policies that ship with us."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def starter_text(name: str) -> str:
    """Return a policy that ships with us, as TOML. Raises OperatorError for a name that none has."""
    names = starter_names()
    if name not in names:
        raise OperatorError("there is no starter {name}; there are {names}", name=repr(name), names=", ".join(names))
    return (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
