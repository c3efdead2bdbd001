"""Reads a reference: it says where a secret is kept, and is never the secret itself."""

from __future__ import annotations

import re

from yumen.errors import OperatorError
from yumen.secrets.values import Reference

FORMS = "env:NAME, file:PATH, aws-sm:SECRET_ID[#FIELD] or vault:MOUNT/PATH#FIELD"
KEY = re.compile(r"(?i)(sk-|yk-)")
"""How keys begin. Where a name stands, one of these is the key itself."""

NAMES = {
    "env": re.compile(r"[A-Za-z_][A-Za-z0-9_.]*"),
    "file": re.compile(r"[^\x00\r\n]+"),
    "aws-sm": re.compile(r"[A-Za-z0-9/_+=.@:-]+"),
    "vault": re.compile(r"[^/\s#]+(/[^/\s#]+)+"),
}
"""What a name of each kind looks like. AWS's own pattern allows no others, and the colons of an ARN."""
WITH_FIELD = {"aws-sm": False, "vault": True}
"""The kinds whose secrets have fields, and whether one must be named."""


def parse_reference(text: str, setting: str = "credential") -> Reference:
    """Return the reference that a setting holds. Raises OperatorError for anything else, and never shows it: it may be the secret."""
    reference = read_reference(text.strip())
    if reference is None:
        raise OperatorError(
            "{setting} takes {forms}; the secret itself must not stand in an option or a settings file", setting=setting, forms=FORMS
        )
    return reference


def read_reference(text: str) -> Reference | None:
    """Return the reference that a text is; None: it is none."""
    kind, _, name = text.partition(":")
    field: str | None = None
    if kind in WITH_FIELD:
        name, hash_, field = name.partition("#")
        if (hash_ and not field) or (not hash_ and WITH_FIELD[kind]):
            return None
        field = field if hash_ else None
    if kind not in NAMES or KEY.match(name) or not NAMES[kind].fullmatch(name):
        return None
    return Reference(kind, name, field)
