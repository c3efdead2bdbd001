"""Classes of models: a generation of a line is one, and all unknown names are one."""

from __future__ import annotations

import pytest

from yumen.claude.model_class import UNKNOWN, model_class


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("claude-opus-4-8", "opus-4"),
        ("claude-opus-4-5", "opus-4"),
        ("claude-opus-4-5-20251101", "opus-4"),
        ("claude-opus-5", "opus-5"),
        ("claude-sonnet-4-6", "sonnet-4"),
        ("claude-sonnet-5-5", "sonnet-5"),
        ("claude-fable-5", "fable-5"),
        ("claude-fable-5-1", "fable-5"),
        ("claude-haiku-4-5", "haiku-4"),
        ("claude-3-5-haiku-latest", "haiku-3"),
        ("claude-2", "claude-2"),
        ("claude-instant-1.2", "claude-1"),
        ("a-name-of-somebodys", UNKNOWN),
        (None, UNKNOWN),
    ],
)
def test_classes(model: str | None, expected: str) -> None:
    """A name, an alias and a dated name of one model have the same class."""
    assert model_class(model) == expected
