"""Record: an exchange becomes a line when it is sent and an entry at its end, both in the journal before the caller hears of it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from yumen.claude import Usage
from yumen.exchange.use import requests_used
from yumen.exchange.values import Outcome
from yumen.ledger.entry import Entry, Kind, Opened, Times
from yumen.ledger.refusals import Refusals

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from yumen.clock import Clock
    from yumen.exchange import Exchange
    from yumen.exchange.values import Attempt, Principal
    from yumen.ledger.journal import Journal
    from yumen.observe import Redactor

    Clean = Callable[[str], str]

PATH_CHARACTERS = 256
AGENT_CHARACTERS = 128
NO_USAGE = Usage()
REMEMBERED_TEXTS = 4096


class Record:
    """The ledger's place in the request's way. Exchanges whose key is not known stay outside: strangers cannot fill the disk."""

    def __init__(self, journal: Journal, clock: Clock, redactor: Redactor) -> None:
        """Write to that journal, without secrets: people put keys into paths, models and agents by mistake.

        The same few texts come with every request, and looking at one takes 1 µs, so the last ones are remembered.
        """
        self._journal = journal
        self._clean: Clean = lru_cache(REMEMBERED_TEXTS)(redactor.clean)
        self._clock = clock
        self._refusals = Refusals(clock.new_id)

    def sent(self, exchange: Exchange) -> None:
        """Write that the exchange is being sent, and keep room for its end. Raises `LedgerUnavailable`: then it must not be sent."""
        if exchange.principal is not None:
            self._journal.open_exchange(opened_of(exchange, exchange.principal, self._clean))

    def __call__(self, exchange: Exchange) -> None:
        """Write how the exchange ended. Never raises: what cannot be written is counted by the journal."""
        if exchange.principal is None:
            return
        entry = entry_of(exchange, exchange.principal, self._clean)
        if exchange.outcome is not Outcome.REFUSED or self._refusals.admit(entry):
            self._journal.close(entry)

    def flush(self, *, everything: bool = False) -> None:
        """Write the counted refusals whose minute is over, or all of them; to be called every second or so, and at the end."""
        for entry in self._refusals.due(None if everything else self._clock.now_us()):
            self._journal.close(entry)


def opened_of(exchange: Exchange, principal: Principal, clean: Clean) -> Opened:
    """Return what is written of an exchange when it is sent."""
    view = exchange.view
    request = exchange.request
    candidate = exchange.candidate
    sent = None if candidate is None or candidate.model == view.model else candidate.model
    return Opened(
        request_id=exchange.request_id,
        time_us=exchange.started_us,
        key_id=principal.key_id,
        environment=principal.environment,
        workspace_id=principal.workspace_id,
        method=request.method,
        path=clean(request.path[:PATH_CHARACTERS]),
        model=None if view.model is None else clean(view.model),
        stream=view.stream,
        prompt_characters=view.prompt_characters,
        prompt_bytes=view.prompt_bytes,
        upstream=None if candidate is None else candidate.upstream,
        billable=exchange.endpoint.billable,
        organization_id=principal.organization_id,
        user_id=principal.user_id,
        label=principal.label,
        counted=counted(exchange),
        ceiling_nanousd=None if exchange.quote is None else exchange.quote.bound_nanousd,
        model_sent=None if sent is None else clean(sent),
        tries=cleaned(exchange.attempts, clean) if exchange.attempts else (),
    )


def entry_of(exchange: Exchange, principal: Principal, clean: Clean) -> Entry:
    """Return the ledger's entry of an exchange that has ended. The journal's longest line bounds what the texts from outside may be.

    The fields stand in the entry's order, without their names: with them, this one call costs 1 µs more for every request.
    """
    view = exchange.view
    request = exchange.request
    usage = exchange.usage or NO_USAGE
    cost = exchange.cost
    attempts = exchange.attempts
    arrived_ns = exchange.received_ns
    return Entry(
        exchange.request_id,
        exchange.started_us,
        Kind.EXCHANGE,
        principal.key_id,
        principal.environment,
        principal.workspace_id,
        request.method,
        clean(request.path[:PATH_CHARACTERS]),
        None if view.model is None else clean(view.model),
        None if exchange.model_answered is None else clean(exchange.model_answered),
        view.stream,
        exchange.status,
        exchange.outcome or Outcome.FAILED,
        None if exchange.fault is None else type(exchange.fault).__name__,
        len(attempts),
        view.prompt_characters,
        view.prompt_bytes,
        usage.input_tokens,
        usage.output_tokens,
        usage.cache_read_tokens,
        usage.cache_write_5m_tokens,
        usage.cache_write_1h_tokens,
        usage.thinking_tokens,
        usage.web_search_requests,
        usage.service_tier,
        usage.speed,
        usage.inference_geo,
        exchange.stop_reason,
        exchange.estimated,
        None if cost is None else cost.nanousd,
        None if cost is None else cost.price_version,
        (exchange.first_byte_ns - arrived_ns) // 1000 if exchange.first_byte_ns else None,
        exchange.duration_ns // 1000,
        exchange.overhead_ns // 1000,
        request.peer,
        text_of(request.header(b"user-agent"), clean),
        attempts[-1].upstream if attempts else None,
        exchange.upstream_request_id,
        1,
        principal.organization_id,
        principal.user_id,
        principal.label,
        requests_used(exchange) if exchange.quote is not None or exchange.endpoint.counted else 0,
        tuple(attempts) if len(attempts) == 1 and attempts[0].model is None else cleaned(attempts, clean),
        Times(
            (exchange.read_ns - arrived_ns) // 1000 if exchange.read_ns else None,
            (exchange.admitted_ns - arrived_ns) // 1000 if exchange.admitted_ns else None,
            (exchange.first_sent_ns - arrived_ns) // 1000 if exchange.first_sent_ns else None,
            (exchange.head_ns - arrived_ns) // 1000 if exchange.head_ns else None,
        ),
        exchange.limit_wait_us,
        exchange.limit_note,
        exchange.replay_of,
        exchange.policy_note,
    )


def cleaned(attempts: Sequence[Attempt], clean: Clean) -> tuple[Attempt, ...]:
    """Return the attempts without secrets in their models' names: organizations choose those."""
    return tuple(each if each.model is None else msgspec.structs.replace(each, model=clean(each.model)) for each in attempts)


def counted(exchange: Exchange) -> int:
    """Return how many requests an exchange may come to count as: those of endpoints that make tokens or batches."""
    endpoint = exchange.endpoint
    if exchange.quote is not None:
        return exchange.quote.requests
    return 1 if endpoint.counted else 0


def text_of(header: bytes | None, clean: Clean) -> str | None:
    """Return the start of a header's value."""
    return None if header is None else clean(header[:AGENT_CHARACTERS].decode("latin-1"))
