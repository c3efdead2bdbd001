"""A lock that the child of a fork finds open: whoever held it in the parent is not there any more, and would never give it back."""

from __future__ import annotations

import os
import threading
from typing import Self
from weakref import WeakSet


class ForkLock:
    """Used with `with`, as a lock is."""

    def __init__(self) -> None:
        """Be open."""
        self.renew()
        _all.add(self)

    def renew(self) -> None:
        """Be open, whoever holds it."""
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._lock.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()


_all: WeakSet[ForkLock] = WeakSet()


def _renew_all() -> None:
    for lock in list(_all):
        lock.renew()


os.register_at_fork(after_in_child=_renew_all)
