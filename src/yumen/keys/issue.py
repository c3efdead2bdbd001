"""Making, replacing and revoking keys, as the command line and the admin API do it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import msgspec

from yumen.errors import OperatorError
from yumen.keys.form import SECRET_BYTES, digest_of, form_key
from yumen.keys.values import ENVIRONMENTS, KEY_ID_PREFIX, WORKSPACES, KeyRecord

if TYPE_CHECKING:
    from yumen.clock import Clock
    from yumen.keys.store import KeyStore


class KeyOrder(msgspec.Struct, frozen=True):
    """What a new key shall be."""

    name: str
    environment: str = "production"
    lifetime_us: int | None = None
    """None: it does not expire."""
    allowed_paths: tuple[str, ...] = ()


class IssuedKey(msgspec.Struct, frozen=True):
    """A new key: its record, and its text, which is shown once and never stored."""

    record: KeyRecord
    text: str


class KeyIssuer:
    """Writes keys into a store."""

    def __init__(self, store: KeyStore, clock: Clock) -> None:
        """Write to that store, at that clock's time."""
        self._store = store
        self._clock = clock

    async def create(self, order: KeyOrder) -> IssuedKey:
        """Make a key. Raises OperatorError where the order cannot be met."""
        if order.environment not in ENVIRONMENTS:
            raise OperatorError(
                "there is no environment {name}: it is one of {choices}", name=repr(order.environment), choices=", ".join(ENVIRONMENTS)
            )
        if not order.name.strip():
            raise OperatorError("a key needs a name that says what it is for")
        if order.lifetime_us is not None and order.lifetime_us <= 0:
            raise OperatorError("a key that ends at once opens nothing: give it a longer life")
        for path in order.allowed_paths:
            if not path.startswith("/"):
                raise OperatorError("a path that a key may use begins with a slash, such as /v1/skills*, not {path}", path=repr(path))
        issued = self._mint(order)
        await self._store.add(issued.record)
        return issued

    async def rotate(self, old: KeyRecord, grace_us: int) -> IssuedKey:
        """Make a key that takes the place of another, which works on until the grace has passed.

        Raises OperatorError where that one was revoked: nothing works on, and what was ended is not to come back under its name.
        """
        if old.revoked_at_us is not None:
            raise OperatorError("the key {id} was revoked and has no successor: yumen keys create makes a new one", id=old.key_id)
        now_us = self._clock.now_us()
        lifetime_us = None if old.expires_at_us is None else max(old.expires_at_us - old.created_at_us, 0)
        order = KeyOrder(old.name, old.environment, lifetime_us, old.allowed_paths)
        issued = self._mint(order)
        end_us = now_us + grace_us if old.expires_at_us is None else min(old.expires_at_us, now_us + grace_us)
        replaced = msgspec.structs.replace(old, expires_at_us=end_us, replaced_by=issued.record.key_id)
        await self._store.add(issued.record, replaced)
        return issued

    async def revoke(self, record: KeyRecord) -> KeyRecord:
        """Let a key count no longer; revoking it twice keeps the first time."""
        if record.revoked_at_us is not None:
            return record
        revoked = msgspec.structs.replace(record, revoked_at_us=self._clock.now_us())
        await self._store.change(revoked)
        return revoked

    def _mint(self, order: KeyOrder) -> IssuedKey:
        key_id = self._clock.new_id(KEY_ID_PREFIX)
        text = form_key(order.environment, key_id, secrets.token_bytes(SECRET_BYTES))
        now_us = self._clock.now_us()
        record = KeyRecord(
            key_id=key_id,
            name=order.name,
            environment=order.environment,
            workspace_id=WORKSPACES[order.environment],
            digest=digest_of(text),
            created_at_us=now_us,
            expires_at_us=None if order.lifetime_us is None else now_us + order.lifetime_us,
            allowed_paths=order.allowed_paths,
        )
        return IssuedKey(record, text)


def status_of(record: KeyRecord, now_us: int) -> str:
    """Say where a key stands: active, expiring (it was given an end), expired or revoked."""
    if record.revoked_at_us is not None:
        return "revoked"
    if record.expires_at_us is None:
        return "active"
    return "expired" if record.expires_at_us <= now_us else "expiring"


def pick(records: list[KeyRecord], wanted: str, now_us: int) -> KeyRecord:
    """Find the key that is meant by an id or a name. Raises OperatorError unless it is exactly one.

    A name means the keys that still count; of a key and its replacement, the replacement.
    """
    for record in records:
        if wanted in (record.key_id, record.public_id):
            return record
    named = [record for record in records if record.name == wanted]
    if not named:
        raise OperatorError("there is no key {name}: yumen keys list shows them", name=repr(wanted))
    living = [record for record in named if status_of(record, now_us) in ("active", "expiring")] or named[-1:]
    newest = [record for record in living if record.replaced_by is None] or living
    if len(newest) > 1:
        raise OperatorError(
            "{count} keys are named {name}: name one by its id, {ids}",
            count=len(newest),
            name=repr(wanted),
            ids=", ".join(record.key_id for record in newest),
        )
    return newest[0]
