"""The suite that any `LimitStore` can be held to: subclass `LimitStoreSuite` in a test file and give it a fixture named `bench`.

    class TestMine(LimitStoreSuite):
        @pytest.fixture
        def bench(self):
            clock = JumpingClock()
            return Bench(MyLimitStore(now=clock.now_us), clock)

It needs pytest, and pytest-asyncio with `asyncio_mode = "auto"`. The store reads its time from the bench's clock, which stands until a
test moves it.
"""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite(*(f"yumen.testing.limit_{part}" for part in ("bench", "room", "holds", "storms")))

from yumen.testing.limit_bench import Bench  # noqa: E402  (only now do its assertions say what they saw)
from yumen.testing.limit_holds import HoldsSuite  # noqa: E402
from yumen.testing.limit_room import RoomSuite  # noqa: E402
from yumen.testing.limit_storms import StormsSuite  # noqa: E402

__all__ = ["Bench", "LimitStoreSuite"]


class LimitStoreSuite(RoomSuite, HoldsSuite, StormsSuite):
    """Everything that a store of limits promises."""
