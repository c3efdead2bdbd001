"""A new password, as a form asks for it: typed twice, and never shown again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.console.pages.faults import PasswordsDiffer

if TYPE_CHECKING:
    from yumen.console.pages.visit import Visit

MODULE = "passwords.js"
"""The script that says how good a new password is while it is typed. The fields are `new_passwords.html`'s."""


def new_password(visit: Visit) -> str:
    """Return what was typed into both fields. Raises PasswordsDiffer."""
    password = visit.form.raw("password")
    if password != visit.form.raw("again"):
        raise PasswordsDiffer
    return password
