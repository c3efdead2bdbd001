"""A town of its own for each test."""

from __future__ import annotations

import pytest

from tests.organizations.doubles import Town
from yumen.storage import Database


@pytest.fixture
def town(database: Database) -> Town:
    """Offices where everybody may sign up."""
    return Town(database)
