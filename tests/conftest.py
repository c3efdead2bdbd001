"""What holds for all tests: a property is judged by its examples, never by how long one of them took."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("yumen", deadline=None)
settings.load_profile("yumen")
