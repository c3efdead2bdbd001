"""The suite that any store of conversations can be held to: subclass `SessionStoreSuite` and give it fixtures named `store` and `shelf`.

    class TestMine(SessionStoreSuite):
        @pytest.fixture
        def store(self):
            return MySessionStore()

        @pytest.fixture
        def shelf(self, store):
            return MySessionShelf(store)

It needs pytest, and pytest-asyncio with `asyncio_mode = "auto"`.
"""

from __future__ import annotations

import pytest

for name in ("session_turns", "session_shelves"):
    pytest.register_assert_rewrite(f"yumen.testing.{name}")

from yumen.testing.session_shelves import ShelfSuite  # noqa: E402  (only now do its assertions say what they saw)
from yumen.testing.session_turns import TurnSuite, closing, opening  # noqa: E402  (the same)

__all__ = ["SessionStoreSuite", "closing", "opening"]


class SessionStoreSuite(TurnSuite, ShelfSuite):
    """Everything that a store of conversations promises."""
