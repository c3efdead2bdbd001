"""Making, changing, replacing and revoking keys, as the command line and the admin API do it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET

from yumen.audit import Act, Actor
from yumen.errors import OperatorError
from yumen.exchange.values import DEFAULT_ORGANIZATION
from yumen.keys.form import SECRET_BYTES, digest_of, form_key
from yumen.keys.order import check_drain, check_label, check_name, check_paths, check_restrictions
from yumen.keys.restrictions import OnlyAddresses, network_text, read_network
from yumen.keys.values import ADMIN, KEY_ID_PREFIX, Change, KeyRecord, Role, Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.clock import Clock
    from yumen.keys.order import KeyChange, KeyOrder
    from yumen.keys.restrictions import Restriction
    from yumen.keys.store import KeyStore

GATEWAY = Actor("gateway")
UNSAID = frozenset({"key_id", "digest", "suspended", "isolated", "keeps_content"})
"""What the audit log is not told of a record."""


class IssuedKey(msgspec.Struct, frozen=True):
    """A new key: its record, and its text, which is shown once and never stored."""

    record: KeyRecord
    text: str

    def __repr__(self) -> str:
        return f"IssuedKey({self.record.key_id})"


class KeyIssuer:
    """Writes keys into a store, in somebody's name."""

    def __init__(self, store: KeyStore, clock: Clock, actor: Actor = GATEWAY) -> None:
        """Write to that store, at that clock's time; the audit log names the actor."""
        self._store = store
        self._clock = clock
        self._actor = actor

    async def create(self, order: KeyOrder) -> IssuedKey:
        """Make a key. Raises OperatorError where the order cannot be met."""
        check_name(order.name)
        if order.lifetime_us is not None and order.lifetime_us <= 0:
            raise OperatorError("a key that ends at once opens nothing: give it a longer life")
        check_paths(order.allowed_paths)
        check_label(order.label)
        check_drain(order.drain_s)
        check_restrictions(order.restrictions)
        if order.role is Role.OPERATOR and order.organization_id != DEFAULT_ORGANIZATION:
            raise OperatorError("the role operator stands above all organizations: name a role in the organization, such as admin")
        issued = self._mint(self._ordered(order))
        if not await self._store.add(issued.record, self._act("api_key.create", issued.record, after=said(issued.record))):
            raise OperatorError("the key was not made: just now its workspace was archived, or its member removed")
        return issued

    async def update(self, old: KeyRecord, wanted: KeyChange) -> KeyRecord:
        """Change a living key; what runs notices within a second. Raises OperatorError where that will not do."""
        changed = self._changed(old, wanted)
        before, after = said(old), said(changed)
        names = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        if not names:
            return old
        parts = [{name: side.get(name) for name in names} for side in (before, after)]
        if old.revoked_at_us is not None or not await self._store.change(
            Change(old, changed), self._act("api_key.update", old, before=parts[0], after=parts[1])
        ):
            raise OperatorError("the key {id} was revoked, and stays so: yumen keys create makes a new one", id=old.key_id)
        return changed

    async def rotate(self, old: KeyRecord, grace_us: int) -> IssuedKey:
        """Make a key that takes the place of another, which works on until the grace has passed.

        Raises OperatorError where that one was revoked: nothing works on, and what was ended is not to come back under its name.
        """
        now_us = self._clock.now_us()
        life_us = None if old.expires_at_us is None else max(old.expires_at_us - old.created_at_us, 0)
        fresh = msgspec.structs.replace(old, expires_at_us=None if life_us is None else now_us + life_us, replaced_by=None)
        issued = self._mint(fresh)
        end_us = now_us + grace_us if old.expires_at_us is None else min(old.expires_at_us, now_us + grace_us)
        replaced = msgspec.structs.replace(old, expires_at_us=end_us, replaced_by=issued.record.key_id)
        act = self._act("api_key.rotate", old, before=said(old), after=said(replaced))
        if old.revoked_at_us is not None or not await self._store.add(issued.record, act, Change(old, replaced)):
            raise OperatorError("the key {id} was revoked and has no successor: yumen keys create makes a new one", id=old.key_id)
        return issued

    async def revoke(self, record: KeyRecord) -> KeyRecord:
        """Let a key count no longer; revoking it twice keeps the first time."""
        if record.revoked_at_us is not None:
            return record
        revoked = msgspec.structs.replace(record, revoked_at_us=self._clock.now_us())
        act = self._act("api_key.revoke", record, before={"revoked_at_us": None}, after={"revoked_at_us": revoked.revoked_at_us})
        if not await self._store.change(Change(record, revoked), act):
            return (await self._store.find([record.key_id])).get(record.key_id, revoked)
        return revoked

    # ── parts ───────────────────────────────────────────────────────────────

    def _mint(self, record: KeyRecord) -> IssuedKey:
        """Give a record that has none an id and a secret of its own, as of now."""
        key_id = self._clock.new_id(KEY_ID_PREFIX)
        text = form_key(record.environment, key_id, secrets.token_bytes(SECRET_BYTES))
        made = msgspec.structs.replace(record, key_id=key_id, digest=digest_of(text), created_at_us=self._clock.now_us())
        return IssuedKey(made, text)

    def _ordered(self, order: KeyOrder) -> KeyRecord:
        home = order.home() if order.role is None else Workspace("", order.organization_id, ADMIN)
        now_us = self._clock.now_us()
        return KeyRecord(
            key_id="",
            name=order.name,
            environment=home.environment,
            workspace_id=home.id,
            digest=b"",
            created_at_us=now_us,
            expires_at_us=None if order.lifetime_us is None else now_us + order.lifetime_us,
            allowed_paths=order.allowed_paths,
            organization_id=home.organization_id,
            user_id=order.user_id,
            created_by=order.created_by,
            label=order.label,
            takes_label=order.takes_label,
            restrictions=tidy(order.restrictions),
            role=order.role,
            drain_s=order.drain_s,
            content=order.content,
        )

    def _changed(self, old: KeyRecord, wanted: KeyChange) -> KeyRecord:
        """Return a record as it shall be. Raises OperatorError where it cannot be so."""
        changes = {name: value for name, value in msgspec.structs.asdict(wanted).items() if value is not UNSET}
        active = changes.pop("active", None)
        if active is not None and active is not (old.inactive_at_us is None):
            changes["inactive_at_us"] = None if active else self._clock.now_us()
        changed = msgspec.structs.replace(old, **changes)
        if wanted.name is not UNSET:
            check_name(changed.name)
        if wanted.expires_at_us is not UNSET and changed.expires_at_us is not None and changed.expires_at_us <= self._clock.now_us():
            raise OperatorError("a key that ends at once opens nothing: give it a longer life")
        check_paths(changed.allowed_paths)
        check_label(changed.label)
        check_drain(changed.drain_s)
        check_restrictions(changed.restrictions)
        return msgspec.structs.replace(changed, restrictions=tidy(changed.restrictions))

    def _act(self, action: str, record: KeyRecord, *, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None) -> Act:
        return Act(self._actor, self._clock.now_us(), action, record.key_id, record.organization_id, before, after)


def said(record: KeyRecord) -> dict[str, Any]:
    """Return what the audit log is told of a key: what is not as with every plain key, and never its hash."""
    plain = {field.name: field.default for field in msgspec.structs.fields(KeyRecord)}
    values = {name: value for name, value in msgspec.structs.asdict(record).items() if name not in UNSAID and value != plain[name]}
    told: dict[str, Any] = msgspec.to_builtins(values)
    return told


def tidy(restrictions: Sequence[Restriction]) -> tuple[Restriction, ...]:
    """Return restrictions with their addresses as they are shown, each once."""
    return tuple(
        OnlyAddresses(tuple(dict.fromkeys(network_text(read_network(text)) for text in restriction.networks)))
        if isinstance(restriction, OnlyAddresses)
        else restriction
        for restriction in restrictions
    )


def status_of(record: KeyRecord, now_us: int) -> str:
    """Say where a key stands: active, expiring (it was given an end), inactive (switched off), expired or revoked."""
    if record.revoked_at_us is not None:
        return "revoked"
    if record.expires_at_us is not None and record.expires_at_us <= now_us:
        return "expired"
    if record.inactive_at_us is not None:
        return "inactive"
    return "active" if record.expires_at_us is None else "expiring"


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
    living = [record for record in named if status_of(record, now_us) in LIVING] or named[-1:]
    newest = [record for record in living if record.replaced_by is None] or living
    if len(newest) > 1:
        raise OperatorError(
            "{count} keys are named {name}: name one by its id, {ids}",
            count=len(newest),
            name=repr(wanted),
            ids=", ".join(record.key_id for record in newest),
        )
    return newest[0]


LIVING = ("active", "expiring", "inactive")
