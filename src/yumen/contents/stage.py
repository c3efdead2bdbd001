"""Hears what is asked and answered where the key says so; the close hands it to whoever seals and writes it, and waits for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.contents.rules import is_heard, is_kept
from yumen.contents.values import Kept, Waiting

if TYPE_CHECKING:
    from collections.abc import Callable

    from yumen.contents.keeping import Keeping
    from yumen.contents.values import Sizes
    from yumen.exchange import Exchange, Stage
    from yumen.exchange.values import Principal
    from yumen.http import ByteBudget


class Heard:
    """What is kept of one answer while it comes. It is a listener of the exchange."""

    __slots__ = ("_budget", "_kept", "_most_bytes", "size")

    must_read = False

    def __init__(self, most_bytes: int, budget: ByteBudget) -> None:
        """Keep so much of it, while the budget has room."""
        self._most_bytes = most_bytes
        self._budget = budget
        self._kept = bytearray()
        self.size = 0
        """Bytes that came in all."""

    def listen(self, status: int, *, stream: bool) -> Callable[[bytes], None]:  # noqa: ARG002  (the protocol's signature)
        """Hear whatever comes."""
        return self._hear

    def _hear(self, data: bytes) -> None:
        room = self._most_bytes - len(self._kept)
        whole_so_far = len(self._kept) == self.size
        self.size += len(data)
        if room > 0 and whole_so_far:  # after a gap nothing more: what is kept is the beginning, and never in pieces
            part = data[:room]
            if self._budget.take(len(part)):
                self._kept += part

    @property
    def held_bytes(self) -> int:
        """What it holds of the budget."""
        return len(self._kept)

    def answer(self) -> bytes:
        """Return the beginning that was kept."""
        return bytes(self._kept)


class Contents:
    """`after` makes the stage behind the policy's check; `close` goes with the closing phase, behind the record."""

    def __init__(self, keeping: Keeping, sizes: Sizes, budget: ByteBudget) -> None:
        """Hand on what is to be kept; what is under way and what waits to be written share the budget."""
        self._keeping = keeping
        self._sizes = sizes
        self._budget = budget

    def after(self, check: Stage) -> Stage:
        """Return the stage that checks, and then hears what is sent and answered. What the check refuses is never written down."""

        async def checked(exchange: Exchange) -> None:
            await check(exchange)
            if self._keeping.keeps and is_heard(exchange.principal, exchange.endpoint):
                exchange.listeners.append(Heard(self._sizes.answer_bytes, self._budget))

        return checked

    def close(self, exchange: Exchange) -> None:
        """Hand on what is to be written; let go of what is not."""
        for listener in exchange.listeners:
            if isinstance(listener, Heard):
                self._close(exchange, listener)

    def _close(self, exchange: Exchange, heard: Heard) -> None:
        principal = exchange.principal
        if principal is None or not is_kept(principal.content, exchange.outcome):
            self._budget.give(heard.held_bytes)
            return
        body = sent_body(exchange)
        request = None if body is None else body[: self._sizes.request_bytes]
        taken = 0 if request is None else len(request)
        if not self._budget.take(taken):
            self._budget.give(heard.held_bytes)
            self._keeping.drop()
            return
        kept = kept_of(exchange, request, 0 if body is None else len(body), heard)
        self._keeping.take(waiting_of(exchange, principal, kept, heard.held_bytes + taken))


def sent_body(exchange: Exchange) -> bytes | None:
    """Return what the last attempt sent, as far as it is held: another upstream may have been asked for another model before."""
    renamed, candidate = exchange.renamed, exchange.candidate
    named = renamed is not None and candidate is not None and candidate.model == renamed[0]
    return renamed[1] if renamed is not None and named else exchange.body


def kept_of(exchange: Exchange, request: bytes | None, request_bytes: int, heard: Heard) -> Kept:
    """Return what is kept of an exchange."""
    return Kept(
        exchange.request.method,
        exchange.path,
        exchange.status,
        "" if exchange.outcome is None else exchange.outcome.value,
        None if exchange.fault is None else type(exchange.fault).__name__,
        request,
        request_bytes,
        heard.answer(),
        heard.size,
    )


def waiting_of(exchange: Exchange, principal: Principal, kept: Kept, held_bytes: int) -> Waiting:
    """Return it with whose it is."""
    return Waiting(
        exchange.request_id,
        principal.organization_id,
        principal.workspace_id,
        principal.key_id,
        exchange.started_us,
        kept,
        held_bytes,
    )
