"""check: holds a request to its policies, puts placeholders for what may not leave, and settles how its answer is screened.

Whatever goes wrong here refuses: nothing is sent that was not looked at.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from yumen.claude import OTHER
from yumen.errors import ContentKeyUnavailable, Fault, PolicyBlocked, PolicyUnavailable
from yumen.exchange.values import Outcome
from yumen.policy.bodies import look_at_body, spooled_of
from yumen.policy.findings import Findings
from yumen.policy.needs import asked_of, blocked_by_head, conceal, mark_of, redacts_requests
from yumen.policy.placeholders import PURPOSE, Placeholders
from yumen.policy.request import Looked, Terms, look, look_at_asked
from yumen.policy.spooled import files_in
from yumen.policy.values import Action

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping
    from pathlib import Path
    from typing import TypeVar

    from yumen.exchange import Exchange
    from yumen.exchange.screening import Screening
    from yumen.exchange.values import Principal
    from yumen.policy.compiled import Compiled
    from yumen.policy.kept import Kept
    from yumen.storage.envelope import SealerOf

    Result = TypeVar("Result")
    Under = Callable[[Principal], Awaitable[Compiled]]
    Begin = Callable[[Exchange, Compiled], Findings]
    Screens = Callable[[Exchange, Compiled, Findings, Mapping[str, str]], Screening | None]
log = logging.getLogger("yumen.policy")

INLINE_BYTES = 64 * 1024
"""A longer body is looked at in a worker thread, so that the others' streams go on meanwhile."""
WORKERS = 2
REMEMBERED = 200
RESTORED = frozenset({"batches.results", "files.download"})
"""Whose answers hold what was sent by an earlier request."""
DELETING = frozenset({"batches.delete", "files.delete"})
SHOWN = b"x-yumen-policy"


class Parts(NamedTuple):
    """What the stage stands on."""

    under: Under
    """Returns what a principal is under. Raises PolicyUnavailable."""
    begin: Begin
    """Returns what takes an exchange's findings, which are written down at its close."""
    screens: Screens
    """Returns how an answer is screened, and restored by a mapping of placeholders to values."""
    sealer_of: SealerOf
    kept: Kept
    spool_folder: Path


class Check:
    """The stage between admit and choose; `screen` is for what sessions store, `made` and `close` keep what outlives a request."""

    def __init__(self, parts: Parts) -> None:
        """Stand on those parts."""
        self._parts = parts
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="policy")
        self._mappings: dict[str, dict[str, str]] = {}
        """Of requests under way that may make a batch or a file, by their id."""
        self._marks: dict[int, tuple[Compiled, str]] = {}
        """What was marked, by its identity: it is held here, so that no other has the same."""

    async def __call__(self, exchange: Exchange) -> None:
        """Hold the exchange to its policies. Raises PolicyBlocked, PolicyUnavailable, and what is wrong with a body."""
        with _failing_closed(exchange):
            await self._hold(exchange, await self._parts.under(_principal(exchange)))

    async def screen(self, exchange: Exchange, raw_json: bytes) -> bytes:
        """Return a part of a request, a JSON object, as the upstream will see it, and a store may. Raises as the stage does."""
        compiled = await self._parts.under(_principal(exchange))
        if compiled.request is None:
            return raw_json
        terms = await self._terms(exchange, compiled, Findings(compiled))  # they are noted when the whole is looked at
        with _failing_closed(exchange):
            looked = await self._anywhere(len(raw_json), look, raw_json, terms)
        if looked.blocked is not None:
            noting = terms._replace(findings=self._parts.begin(exchange, compiled))
            _show(exchange, noting.findings, await self._anywhere(len(raw_json), look, raw_json, noting))
            raise PolicyBlocked(looked.blocked)
        return looked.body

    async def made(self, exchange: Exchange, identifier: str) -> None:
        """Keep what the placeholders stand for in a batch or a file that was made.

        Where that fails the caller hears of its batch all the same: it is charged, and its results are worth having, placeholders and all.
        """
        mapping = self._mappings.get(exchange.request_id)
        kind = exchange.endpoint.resource
        if mapping and kind is not None:
            try:
                await self._parts.kept.put(_principal(exchange).organization_id, (kind, identifier), mapping)
            except (PolicyUnavailable, ContentKeyUnavailable) as fault:
                log.error("%s: what its placeholders stand for could not be kept, and will not be put back: %s", identifier, fault)  # noqa: TRY400

    async def mark(self, exchange: Exchange) -> str:
        """Return what marks the policies that an exchange is under, nothing where there are none. Raises PolicyUnavailable.

        What was answered under other policies is not given to a repeat: it was not screened by these.
        """
        compiled = await self._parts.under(_principal(exchange))
        if compiled.idle:
            return ""
        known = self._marks.get(id(compiled))
        if known is None:
            if len(self._marks) >= REMEMBERED:
                self._marks.clear()
            mark = await asyncio.to_thread(mark_of, compiled)
            known = self._marks[id(compiled)] = (compiled, mark)
        return known[1]

    def close(self, exchange: Exchange) -> None:
        """Forget an exchange that has ended, and what was kept of a thing that it deleted."""
        self._mappings.pop(exchange.request_id, None)
        deleted = exchange.resource_id if exchange.endpoint.name in DELETING and exchange.outcome is Outcome.ANSWERED else None
        if deleted is not None:
            self._parts.kept.forget(_principal(exchange).organization_id, deleted)

    # ── the request ─────────────────────────────────────────────────────────

    async def _hold(self, exchange: Exchange, compiled: Compiled) -> None:
        mapping = await self._known(exchange, compiled)
        if compiled.idle and not mapping:
            return
        findings = self._parts.begin(exchange, compiled)
        if not compiled.idle:
            terms = await self._terms(exchange, compiled, findings, mapping)
            looked = await self._look(exchange, terms)
            _show(exchange, findings, looked)
            if looked.blocked is not None:
                conceal(exchange, compiled)
                raise PolicyBlocked(looked.blocked)
            if exchange.endpoint.resource is not None and exchange.request.method == "POST":
                self._mappings[exchange.request_id] = mapping
        exchange.screening = self._parts.screens(exchange, compiled, findings, mapping)

    async def _look(self, exchange: Exchange, terms: Terms) -> Looked:
        """Look at all of a request, and let it be sent as it may be."""
        asked = asked_of(exchange)
        why = blocked_by_head(exchange, terms)
        if why is not None:
            return Looked(b"", why)
        spooled = await spooled_of(exchange, self._parts.spool_folder, terms.compiled)
        if spooled is not None:
            rewritten = await self._in_worker(spooled.look, terms, asked)
            if rewritten.spool is not None:
                spooled.spool.close()
                exchange.spool = rewritten.spool
            if rewritten.files and terms.placeholders is not None:
                kept = await self._parts.kept.load(_principal(exchange).organization_id, rewritten.files)
                terms.placeholders.mapping.update(kept)
            return rewritten.looked
        if not exchange.body:
            return Looked(b"", look_at_asked(asked, terms))
        looked = await self._anywhere(len(exchange.body), look_at_body, exchange.body, terms, asked, exchange.endpoint is OTHER)
        if looked.blocked is None and looked.body is not exchange.body:
            more = len(looked.body) - len(exchange.body)
            if more > 0:
                exchange.request.hold(more, exchange.max_body_bytes)
            exchange.body = looked.body
        return looked

    async def _terms(self, exchange: Exchange, compiled: Compiled, findings: Findings, mapping: dict[str, str] | None = None) -> Terms:
        """Return what a request is held to. The organization's secret is fetched only where a rule replaces something."""
        if not redacts_requests(compiled):
            return Terms(compiled, findings)
        sealer = await self._parts.sealer_of(_principal(exchange).organization_id)
        return Terms(compiled, findings, Placeholders(sealer.derived(PURPOSE), mapping))

    async def _known(self, exchange: Exchange, compiled: Compiled) -> dict[str, str]:
        """Return what placeholders stand for that the request does not make itself: of its session, and of batches and files that it names.

        What policies of yesterday replaced comes back where there are none today.
        """
        organization_id = _principal(exchange).organization_id
        mapping = {} if exchange.turn is None else exchange.turn.placeholders
        ids: set[str] = set()
        if exchange.endpoint.name in RESTORED and exchange.resource_id is not None:
            ids.add(exchange.resource_id)
        if not compiled.idle and exchange.body:
            ids |= files_in(exchange.body)
        if ids:
            try:
                mapping |= await self._parts.kept.load(organization_id, ids)
            except PolicyUnavailable:
                if not compiled.idle:
                    raise
                log.warning("request %s: it is not known whether its answer holds placeholders", exchange.request_id)
        return mapping

    # ── threads ─────────────────────────────────────────────────────────────

    async def _anywhere(self, size: int, work: Callable[..., Result], *arguments: object) -> Result:
        """Do it here, or in a worker thread where so much is to be looked at."""
        return work(*arguments) if size <= INLINE_BYTES else await self._in_worker(work, *arguments)

    async def _in_worker(self, work: Callable[..., Result], *arguments: object) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._workers, work, *arguments)


@contextmanager
def _failing_closed(exchange: Exchange) -> Iterator[None]:
    """Turn whatever else goes wrong into PolicyUnavailable: nothing may be sent then."""
    try:
        yield
    except Fault:
        raise
    except Exception as error:  # noqa: BLE001  (whatever it is; its message could hold what was looked at)
        log.error("request %s: its policies cannot be evaluated: %s", exchange.request_id, type(error).__name__)  # noqa: TRY400
        raise PolicyUnavailable from None


def _show(exchange: Exchange, findings: Findings, looked: Looked) -> None:
    """Say in the answer's head what was done, in numbers."""
    flagged = sum(flag.count for flag, _ in findings.flags if flag.action is Action.FLAG and not flag.shadow)
    counts = {"blocked": int(looked.blocked is not None), "redacted": looked.redacted, "flagged": flagged}
    said = ", ".join(f"{name}={count}" for name, count in counts.items() if count)
    if said:
        exchange.shown = [*exchange.shown, (SHOWN, said.encode())]


def _principal(exchange: Exchange) -> Principal:
    assert exchange.principal is not None  # noqa: S101  (the table of states has `known` before this)
    return exchange.principal
