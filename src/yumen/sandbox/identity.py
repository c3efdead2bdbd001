"""Ids of things that the sandbox keeps: which could be one of its own, and which are a test's placeholders."""

from __future__ import annotations

_SHORTEST = 20


def is_placeholder(prefix: str, identity: str) -> bool:
    """Tell whether an id cannot be a real one: a test that runs against a mock sends `file_id`, and expects an example."""
    rest = identity.removeprefix(prefix)
    return not identity.startswith(prefix) or len(rest) < _SHORTEST or not (rest.isascii() and rest.isalnum())
