"""authenticate: finds out who asks, from memory where it can, and notices within a second when a key no longer counts."""

from __future__ import annotations

import logging
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from yumen.errors import Forbidden, KeysUnreadable, Overloaded, Unauthenticated
from yumen.exchange.values import Content, Principal
from yumen.http import Headers
from yumen.keys.labels import label_of
from yumen.keys.lookups import LookupBudget
from yumen.keys.restrict import check_head
from yumen.keys.rules import MESSAGES, judge, path_allowed, read_credential
from yumen.keys.values import Credential, Reason

if TYPE_CHECKING:
    from yumen.clock import Clock
    from yumen.exchange import Exchange
    from yumen.http.head import Head
    from yumen.keys.store import KeyStore
    from yumen.keys.values import KeyRecord
    from yumen.storage import RevisionWatch

log = logging.getLogger("yumen.keys")

NAMES = frozenset({b"x-api-key", b"authorization"})
NAME_LENGTHS = frozenset(map(len, NAMES))
SEAL = "seal"
"""Under this name a head keeps the hash of its credential."""
REMEMBERED = 20_000
"""How many header values are remembered as accepted, and how many as unknown, at most."""


class KeyOptions(msgspec.Struct, frozen=True):
    """How keys are looked up."""

    unknown_per_second: int = 100
    """How many well-formed unknown keys are looked up in a second."""
    keeps_content: bool = True
    """Whether the operator lets any content be written down, whatever keys say."""


class Known(msgspec.Struct, frozen=True):
    """A header value that was accepted, and what must stay true for it."""

    principal: Principal
    credential: Credential
    expires_at_us: int | None
    particular: bool
    """Whether its requests' heads must be looked at: it has restrictions, or takes labels."""
    shown: Headers
    """What every answer says of the key: its environment."""


class Authenticate:
    """Sets `exchange.principal`, or raises Unauthenticated (or Overloaded, where nobody can tell)."""

    def __init__(self, store: KeyStore, clock: Clock, watch: RevisionWatch, options: KeyOptions | None = None) -> None:
        """Read keys from a store, and follow the watch over its revision."""
        self._store = store
        self._clock = clock
        self._watch = watch
        self._known: dict[bytes, Known] = {}
        self._refused: dict[bytes, Reason] = {}
        self._options = options or KeyOptions()
        self._lookups = LookupBudget(clock, self._options.unknown_per_second)
        self._turn = 0
        watch.join(self)

    async def __call__(self, exchange: Exchange) -> None:
        """Find out who asks, from the head alone."""
        head = exchange.request.head
        seal = head.derived.get(SEAL) or seal_of(head)
        known = self._known.get(seal)
        if known is None or self._watch.blind or (known.expires_at_us is not None and known.expires_at_us <= self._clock.now_us()):
            known = await self._look_up(seal, head.headers)
        exchange.principal = known.principal
        exchange.shown = known.shown
        if known.particular:
            self._look_closer(exchange, known.principal)

    @staticmethod
    def _look_closer(exchange: Exchange, principal: Principal) -> None:
        """Hold a key to what the head alone shows, and take the label that the request names. Raises Forbidden or InvalidRequest."""
        request = exchange.request
        check_head(principal, request.peer, exchange.path)
        label = label_of(request.head) if principal.takes_label else None
        if label is not None:
            exchange.principal = msgspec.structs.replace(principal, label=label)

    async def _look_up(self, seal: bytes, headers: Headers) -> Known:
        """Accept a key that is not remembered, by its record."""
        credential = read_credential(credential_values(headers))
        if isinstance(credential, Reason):
            raise refusal(credential)
        if self._watch.blind:
            raise KeysUnreadable
        if seal in self._refused:
            raise refusal(self._refused[seal])
        if not self._lookups.open():
            raise Overloaded(retry_after_s=1)
        turn = self._turn
        record = (await self._store.find([credential.key_id])).get(credential.key_id)
        found = self._judged(record, credential)
        if isinstance(found, Reason):
            self._lookups.charge()
        if turn == self._turn:  # what was read before a change must not outlive it
            self._remember(seal, found)
        if isinstance(found, Reason):
            raise refusal(found)
        if credential.trimmed:
            log.warning(
                "key %s came with white space or a line break around it: trimmed; mend the program that sends it", found.principal.key_id
            )
        return found

    def _remember(self, seal: bytes, found: Known | Reason) -> None:
        """Remember an answer until the next change. What becomes too much is forgotten; what is in use comes back with one read each."""
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        if len(self._refused) >= REMEMBERED:
            self._refused.clear()
        if isinstance(found, Reason):
            self._refused[seal] = found
        else:
            self._known[seal] = found

    # ── what has changed ────────────────────────────────────────────────────

    async def follow(self) -> None:
        """Judge every remembered key anew."""
        self._turn += 1
        self._refused.clear()
        seals = dict(self._known)
        records = await self._store.find({known.credential.key_id for known in seals.values()})
        for seal, known in seals.items():
            self._known.pop(seal, None)
            self._remember(seal, self._judged(records.get(known.credential.key_id), known.credential))

    def _judged(self, record: KeyRecord | None, credential: Credential) -> Known | Reason:
        return known_or_reason(record, credential, self._clock.now_us(), keeps_content=self._options.keeps_content)


def credential_values(headers: Headers) -> list[bytes]:
    """Return the values of every header that can carry a credential. Comparing lengths first halves the time."""
    return [value for name, value in headers if len(name) in NAME_LENGTHS and name.lower() in NAMES]


def seal_of(head: Head) -> bytes:
    """Return a hash of what was sent as a credential: what is remembered instead of keys, and looked up without leaking a timing.

    The head keeps it, since the next request of a connection mostly comes with the same.
    """
    values = credential_values(head.headers)
    seal = head.derived[SEAL] = sha256(values[0] if len(values) == 1 else b"\0".join(values)).digest()
    return seal


def known_or_reason(record: KeyRecord | None, credential: Credential, now_us: int, *, keeps_content: bool) -> Known | Reason:
    """Return who the holder of a credential is, or why nobody. Where no content is kept, it is as if no key asked for it."""
    reason = judge(record, credential, now_us)
    if reason is not None or record is None:
        return reason or Reason.UNKNOWN
    principal = Principal(
        record.key_id,
        record.name,
        record.environment,
        record.workspace_id,
        record.allowed_paths,
        record.organization_id,
        record.user_id,
        record.label,
        record.takes_label,
        record.restrictions,
        record.drain_s,
        record.content if keeps_content else Content.OFF,
        record.isolated,
        record.keeps_content,
    )
    shown = [(b"x-yumen-environment", record.environment.encode())]
    return Known(principal, credential, record.expires_at_us, record.takes_label or bool(record.restrictions), shown)


def refusal(reason: Reason) -> Unauthenticated:
    """Return the fault of a reason."""
    return Unauthenticated(MESSAGES[reason])


def check_path(principal: Principal, path: str) -> None:
    """Raise Forbidden where a path outside the endpoint table is not on the key's list."""
    if not path_allowed(principal.allowed_paths, path):
        # The path is not repeated: people put keys into paths by mistake, and errors are kept in logs.
        msg = "This key may not use this path: the gateway does not know it, and the key's --allow-path does not name it"
        raise Forbidden(msg)
