"""Secrets in the key-value store of Vault, of version 1 and 2: `vault:MOUNT/PATH#FIELD`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from yumen.secrets.fields import field_of
from yumen.secrets.values import About, Reference, SecretForbidden, SecretMissing, Stage, StoreUnavailable
from yumen.secrets.vault.door import Door
from yumen.secrets.vault.line import Line, mounts_question, read_question
from yumen.secrets.vault.places import Mount, Place, Versioned, guesses, place_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from yumen.clock import Clock
    from yumen.secrets.vault.line import Answer
    from yumen.secrets.vault.values import VaultOptions

T = TypeVar("T")
SECONDS = len("2026-01-01T00:00:00")
DELETED = "{secret}: version {version} of the secret was deleted in Vault."
DESTROYED = "{secret}: version {version} of the secret was destroyed in Vault."


class Refused(Exception):  # noqa: N818  (it is caught here, always)
    """Vault refused this token (403)."""


class VaultSource:
    """A `Source`. Each question to Vault takes `timeout_s` at most; a reading is one question, the first one four."""

    def __init__(self, options: VaultOptions, clock: Clock, register: Callable[[str], object]) -> None:
        """Take the clock of the token's lease, and whom to tell each credential that logs in or was got by it, so that it is never seen."""
        self._line = Line(options)
        self._door = Door(self._line, options, clock, register)
        self._places: dict[str, Place] = {}
        self._about: dict[str, About] = {}

    def fetch(self, reference: Reference, stage: Stage = Stage.CURRENT) -> str:
        """Return the field's text as it is stored; version 2 keeps the one before, and no store of Vault's one that is to come.

        Raises SecretMissing and StoreUnavailable, and nothing else.
        """
        if reference.field is None or "/" not in reference.name.strip("/"):
            raise SecretMissing("{secret}: a secret in Vault is named vault:MOUNT/PATH#FIELD.", secret=reference)
        if stage is Stage.PENDING:
            raise SecretMissing("{secret}: Vault keeps no value that is to come.", secret=reference)
        lease = self._door.lease(reference)
        try:
            return field_of(reference, self._read(reference, stage, lease.token))
        except Refused:
            return self._fetch_again(reference, stage, self._door.other(reference, lease).token)

    def about(self, reference: Reference) -> About | None:
        """Return what version 2 said of the current value when it last gave it; None: nothing, as version 1."""
        return self._about.get(reference.name)

    def tend(self) -> float | None:
        """Renew the token's lease if that is due; return the seconds until it will be; None: nothing to do before a fetch."""
        return self._door.tend()

    def close(self) -> None:
        """Close the connections to Vault."""
        self._line.close()

    def _fetch_again(self, reference: Reference, stage: Stage, token: str) -> str:
        try:
            return field_of(reference, self._read(reference, stage, token))
        except Refused:
            raise SecretForbidden("{secret}: Vault lets us in, but our policies do not let us read it.", secret=reference) from None

    def _read(self, reference: Reference, stage: Stage, token: str) -> dict[str, Any]:
        known = self._places.get(reference.name)
        if known is not None:
            try:
                return self._fields(reference, known, token, stage)
            except SecretMissing:  # or the mount is another now
                place = self._find(reference, token)
                if place == known:
                    raise
        else:
            place = self._find(reference, token)
        fields = self._fields(reference, place, token, stage)
        self._places[reference.name] = place
        return fields

    def _find(self, reference: Reference, token: str) -> Place:
        """Return where the reference leads. Vault says so to whoever may read anything there; what says nothing is tried."""
        answer = self._line.ask(reference, mounts_question(reference.name), token)
        if answer.right:
            return place_in(reference, self._decoded(reference, answer, Mount))
        for place in guesses(reference.name):
            if not self._line.ask(reference, read_question(place), token).empty:
                return place
        if answer.forbidden:
            raise Refused
        raise SecretMissing("{secret}: Vault has no such secret.", secret=reference)

    def _fields(self, reference: Reference, place: Place, token: str, stage: Stage) -> dict[str, Any]:
        if place.version == 1 and stage is Stage.PREVIOUS:
            raise SecretMissing("{secret}: version 1 of Vault's key-value store keeps no value before.", secret=reference)
        answer = self._line.ask(reference, read_question(place), token)
        if answer.forbidden:
            raise Refused
        if answer.empty:
            raise SecretMissing("{secret}: Vault has no such secret (status {status}).", secret=reference, status=answer.status)
        if place.version == 1:
            return self._decoded(reference, answer, dict[str, Any])
        value = self._decoded(reference, answer, Versioned)
        self._about[reference.name] = About(str(value.metadata.version), f"{value.metadata.created_time[:SECONDS]}Z")
        if stage is Stage.PREVIOUS:
            value = self._before(reference, place, value.metadata.version - 1, token)
        if value.data is None:
            gone = DESTROYED if value.metadata.destroyed else DELETED
            raise SecretMissing(gone, secret=reference, version=value.metadata.version)
        return value.data

    def _before(self, reference: Reference, place: Place, version: int, token: str) -> Versioned:
        if version < 1:
            raise SecretMissing("{secret}: Vault has no version before the first.", secret=reference)
        answer = self._line.ask(reference, read_question(place, version), token)
        if answer.forbidden:
            raise Refused
        if answer.empty:
            raise SecretMissing("{secret}: Vault keeps version {version} of the secret no longer.", secret=reference, version=version)
        return self._decoded(reference, answer, Versioned)

    def _decoded(self, reference: Reference, answer: Answer, form: type[T]) -> T:
        try:
            return msgspec.json.decode(answer.said.data, type=form)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            raise StoreUnavailable("{secret}: Vault says of the secret what we do not understand.", secret=reference) from None
