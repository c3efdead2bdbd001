"""What is the whole process's own: how many files it may open, when it collects garbage, how it gives memory back."""

from __future__ import annotations

import ctypes
import gc
import resource
import sys

GC_THRESHOLDS = (50_000, 20, 50)
"""The collector's defaults cost 3 % of a request's time; what a request leaves behind is freed by counting references anyway."""
MMAP_THRESHOLD = -3
"""The allocator's parameter M_MMAP_THRESHOLD (mallopt(3))."""
LARGE_BYTES = 1024 * 1024
"""Larger blocks go back to the system when they are freed. By itself the allocator would raise this to 32 MB, and keep large bodies."""


def settle_process() -> None:
    """Set what the defaults of a short program would do badly; to be called once, after the start."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries than GNU's do not have it
        if mallopt is not None:
            mallopt(MMAP_THRESHOLD, LARGE_BYTES)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
