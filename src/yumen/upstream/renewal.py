"""One value that is fetched in a thread, once for all who wait for it, and anew before it ends: AWS keys, Google's access tokens."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from typing import TYPE_CHECKING, Generic, TypeVar

from yumen.errors import CredentialUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger("yumen.upstream")

T = TypeVar("T")
TIMEOUT_S = 15.0
"""How long a request waits for a first value. The thread itself cannot be stopped: its library has time-outs of its own."""
AGAIN_S = 5.0
"""After a failure, a value that still holds is asked for anew no sooner."""


class Standing(Enum):
    """How far a value is from its end."""

    FRESH = "fresh"
    DUE = "due"
    """It still holds, and it is time to fetch the next."""
    OVER = "over"


class Renewal(Generic[T]):
    """Keeps the value. `fetch` blocks, and raises CredentialUnavailable and nothing else; its argument says whether to begin anew."""

    def __init__(self, name: str, fetch: Callable[[bool], T], standing: Callable[[T], Standing]) -> None:
        """Keep what `fetch` returns, as long as `standing` allows; the name is for the log."""
        self._name = name
        self._fetch = fetch
        self._standing = standing
        self._value: T | None = None
        self._task: asyncio.Task[None] | None = None
        self._fault: CredentialUnavailable | None = None
        self._not_before_s = 0.0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="credential")

    async def current(self) -> T:
        """Return the value; wait for it only where there is none that holds. Raises CredentialUnavailable."""
        value = self._value
        standing = Standing.OVER if value is None else self._standing(value)
        if value is not None and standing is not Standing.OVER:
            if standing is Standing.DUE and self._not_before_s <= asyncio.get_running_loop().time():
                self._begin(anew=False)
            return value
        await self._fetched(anew=False)
        if self._value is None or self._standing(self._value) is Standing.OVER:
            raise self._fault or CredentialUnavailable
        return self._value

    async def renew(self, used: object) -> bool:
        """Fetch it anew although it seems to hold, unless it was since the use that failed; return whether there is another now."""
        before = self._value
        if before is not None and used is not None and before is not used:
            return True
        await self._fetched(anew=True)
        return self._fault is None and self._value != before

    async def close(self) -> None:
        """Wait for a fetch that is under way no longer than its own time-out allows, and fetch no more."""
        if self._task is not None:
            await asyncio.wait([self._task], timeout=TIMEOUT_S)
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _begin(self, *, anew: bool) -> asyncio.Task[None]:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(anew=anew))
        return self._task

    async def _fetched(self, *, anew: bool) -> None:
        """Wait for the fetch that is under way, or for one of our own; whoever leaves meanwhile does not end it for the others."""
        done, _ = await asyncio.wait([self._begin(anew=anew)], timeout=TIMEOUT_S)
        for task in done:
            task.result()  # what nobody foresaw is a defect, and the request's that met it
        if not done:
            self._fault = CredentialUnavailable(f"The credential of the upstream {self._name} was not there within {TIMEOUT_S:g} seconds.")

    async def _run(self, *, anew: bool) -> None:
        loop = asyncio.get_running_loop()
        try:
            self._value = await loop.run_in_executor(self._thread, self._fetch, anew)
            self._fault = None
        except CredentialUnavailable as fault:
            self._fault = fault
            self._not_before_s = loop.time() + AGAIN_S
            log.error("the credential of the upstream %s cannot be fetched: %s", self._name, fault.__cause__ or fault)  # noqa: TRY400
