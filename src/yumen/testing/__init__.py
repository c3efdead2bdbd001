"""What tests of Yumen's parts stand on, shipped for whoever writes a part of his own: a clock that jumps, and suites that hold stores."""

from yumen.testing.clock import JumpingClock

__all__ = ["JumpingClock"]
