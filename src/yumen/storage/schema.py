"""The schema's versions as constants, so that a start compares one word and Alembic is loaded only to migrate."""

from __future__ import annotations

VERSIONS = ("0001",)
"""Every migration, oldest first; a test holds it equal to Alembic's own list."""

HEAD = VERSIONS[-1]
"""The version that this program writes and reads."""
