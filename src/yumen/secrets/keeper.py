"""Keeps one secret: fetched at the start, anew before it is old, and anew when the upstream refuses it."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from yumen.errors import OperatorError
from yumen.exchange.values import Secret
from yumen.secrets.pace import NS_PER_S, PATIENCE_S
from yumen.secrets.rules import first_other
from yumen.secrets.values import SecretMissing, Stage, StoreUnavailable, Unfit

if TYPE_CHECKING:
    from yumen.secrets.around import Surroundings
    from yumen.secrets.fetcher import Fetcher
    from yumen.secrets.pace import Pace
    from yumen.secrets.rules import Judge
    from yumen.secrets.values import Reference

log = logging.getLogger("yumen.secrets")

OTHERS = (Stage.PENDING, Stage.PREVIOUS)
"""What the store is asked for when the upstream refuses the current value: in the middle of a rotation, one of these is right."""


class Keeper:
    """One secret. `start` it, `run` it in a task; `current` is for the data path."""

    def __init__(self, fetcher: Fetcher, judge: Judge, pace: Pace, around: Surroundings) -> None:
        """Keep what that fetches, if the judge finds that it can be used."""
        self._fetcher = fetcher
        self._judge = judge
        self._pace = pace
        self._around = around
        self._secret: Secret | None = None
        self._stored: str | None = None
        """What the store called current at last; what is served may be another, where the upstream refused this one."""
        self._refused: set[str] = set()
        self._failures = self._fruitless = 0
        self._fault: str | None = None
        self._begun = self._ended = 0
        """Rounds of questions."""
        self._began_ns = self._right_ns = self._due_ns = around.clock.elapsed_ns()
        self._wanted, self._told = asyncio.Event(), asyncio.Event()

    @property
    def reference(self) -> Reference:
        """Where the secret is kept."""
        return self._fetcher.reference

    @property
    def available(self) -> bool:
        """Whether there is a value. Without one the upstream cannot be used."""
        return self._secret is not None

    @property
    def fault(self) -> str | None:
        """Why the last fetch failed; None: it did not."""
        return self._fault

    @property
    def stale_s(self) -> float:
        """For how long the store has not confirmed the value; 0 where the last fetch succeeded."""
        return (self._now_ns() - self._right_ns) / NS_PER_S if self._failures else 0.0

    @property
    def due_s(self) -> float:
        """In how long the store is asked again; 0: now."""
        return max(0, self._due_ns - self._now_ns()) / NS_PER_S

    def current(self) -> Secret | None:
        """Return the value; the same object as long as it does not change. None: there is none yet."""
        return self._secret

    async def start(self) -> None:
        """Fetch it for the first time. Raises OperatorError where somebody must act; a store that is away may come back."""
        try:
            await self._fetch()
        except StoreUnavailable as error:
            if self.reference.local:
                raise OperatorError("the secret of {source} cannot be had: {reason}", source=self.reference.source, reason=error) from None
            self._failed(error, logging.ERROR)
        except Unfit as error:
            raise OperatorError(error.sentence, source=self.reference.source) from None
        except SecretMissing as error:
            raise OperatorError("the secret of {source} cannot be had: {reason}", source=self.reference.source, reason=error) from None

    async def run(self) -> None:
        """Keep it fresh until cancelled."""
        try:
            while True:
                await self._rest()
                await self.look()
        finally:
            self._begun = self._ended = -1
            self._told.set()

    async def look(self) -> None:
        """Ask the store once, and say loudly what is wrong. What was good is served on."""
        self._wanted.clear()
        self._begun += 1
        self._began_ns = self._now_ns()
        try:
            await self._fetch()
        except StoreUnavailable as error:
            self._failed(error, logging.WARNING)
        except SecretMissing as error:
            self._failed(error, logging.ERROR)
        finally:
            self._ended = self._begun
            self._told.set()
            self._told = asyncio.Event()

    async def renew(self, used: Secret | None) -> bool:
        """Ask the store anew, since the upstream refused a value; return whether there is another one now.

        However many ask, the store gets one question, and not more than one in a second; while they bring nothing, fewer and fewer.
        """
        if self._is_other(used):
            return True
        if used is not None and self._secret is not None:
            self._refused.add(used.reveal())
        after = self._begun
        while not self._is_other(used) and 0 <= self._ended <= after:
            if self._turn_ns() > PATIENCE_S * NS_PER_S:
                return False
            self._wanted.set()
            await self._told.wait()
        return self._is_other(used)

    # ── inside ──────────────────────────────────────────────────────────────

    def _now_ns(self) -> int:
        return self._around.clock.elapsed_ns()

    def _is_other(self, used: Secret | None) -> bool:
        return self._secret is not None and (used is None or self._secret.reveal() != used.reveal())

    def _turn_ns(self) -> int:
        """Return how long it is until a refused request may have the store asked."""
        return self._began_ns + self._pace.gap_ns(self._fruitless) - self._now_ns()

    async def _rest(self) -> None:
        """Wait until the next round is due, or wanted and allowed."""
        while (left_ns := self._due_ns - self._now_ns()) > 0:
            if self._wanted.is_set():
                left_ns = min(left_ns, self._turn_ns())
                if left_ns <= 0:
                    return
                await self._wait(asyncio.Event(), left_ns)
            else:
                await self._wait(self._wanted, left_ns)

    async def _wait(self, event: asyncio.Event, ns: int) -> None:
        try:
            await self._around.pause(event.wait(), ns / NS_PER_S)
        except TimeoutError:
            return

    async def _fetch(self) -> None:
        """Fetch it, and serve what it is now. Raises SecretMissing and StoreUnavailable."""
        text = self._fit(await self._fetcher.fetch())
        if text != self._stored:  # whatever was refused before, this is another matter
            self._stored, self._fruitless = text, 0
            self._refused &= set() if self._secret is None else {self._secret.reveal()} - {text}
        if text in self._refused:
            text = await self._instead(text)
        self._serve(text)
        self._failures, self._fault, self._right_ns = 0, None, self._now_ns()
        self._due_ns = self._right_ns + self._pace.refresh_after_ns(self._around.draw())

    async def _instead(self, stored: str) -> str:
        """Return another value than the one that the upstream refused, where there is one that it did not."""
        served = self._secret.reveal() if self._secret is not None else stored
        found = [served] if served not in self._refused else await self._others()
        other = first_other(found, self._refused)
        self._fruitless += other is None
        if other is None:
            self._refused.clear()  # an upstream that refuses all of them is not to be believed for long
        return other if other is not None else stored

    async def _others(self) -> list[str]:
        found = []
        for stage in OTHERS:
            try:
                found.append(self._fit(await self._fetcher.fetch(stage), quietly=True))
            except SecretMissing:
                continue
        return found

    def _fit(self, text: str, *, quietly: bool = False) -> str:
        judged = self._judge(text)
        if judged.flaw is not None:
            raise Unfit(judged.flaw, self.reference.source)
        if judged.value != self._stored and not quietly:
            for remark in judged.remarks:
                log.warning(remark.replace("{source}", "%s"), self.reference.source)
        return judged.value

    def _serve(self, text: str) -> None:
        was = self._secret
        if was is not None and was.reveal() == text:
            return
        self._around.register(text)  # before anybody can send it
        self._secret = Secret(text, self.reference.source)
        if was is not None:
            log.info("the secret of %s was rotated: the new value is used from now on", self.reference.source)

    def _failed(self, error: Exception, level: int) -> None:
        self._failures += 1
        self._fault = str(error)
        self._fruitless += bool(self._refused)
        now_ns = self._now_ns()
        self._due_ns = now_ns + self._pace.again_after_ns(self._failures, self._around.draw())
        meanwhile = f"the value of {self.stale_s:.0f} s ago is used on" if self.available else "its upstream cannot be used"
        log.log(
            level,
            "the secret of %s could not be fetched (%d times now); %s, and it is asked for again in %.1f s: %s",
            self.reference.source,
            self._failures,
            meanwhile,
            (self._due_ns - now_ns) / NS_PER_S,
            error,
        )
