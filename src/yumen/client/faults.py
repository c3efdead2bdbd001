"""What can be wrong with the making of a client: sentences for whoever makes it."""

from __future__ import annotations

from yumen.errors import OperatorError


class NoCredential(OperatorError):  # noqa: N818  (the house's noun for what went wrong)
    """No key is to be found anywhere for the address that is asked."""


class KeyTrimmed(UserWarning):
    """A key came with white space around it, which was cut off."""
