"""The suite that any `RepeatStore` can be held to: subclass `RepeatStoreSuite` in a test file and give it a fixture named `store`.

    class TestMine(RepeatStoreSuite):
        @pytest.fixture
        def store(self):
            return MyRepeatStore()

It needs pytest, and pytest-asyncio with `asyncio_mode = "auto"`.
"""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("yumen.testing.repeat_suite")

from yumen.testing.repeat_suite import RepeatSuite, row  # noqa: E402  (only now do its assertions say what they saw)

__all__ = ["RepeatStoreSuite", "row"]


class RepeatStoreSuite(RepeatSuite):
    """Everything that a store of repeated requests promises."""
