"""Who may use the admin API by a key: admin keys, read from the store each time, so that a revoked one is refused at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.errors import Overloaded, Unauthenticated
from yumen.exchange.values import Asked
from yumen.keys.lookups import LookupBudget
from yumen.keys.restrict import check
from yumen.keys.rules import MESSAGES, judge_admin, read_credential
from yumen.keys.values import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yumen.clock import Clock
    from yumen.keys.store import KeyStore
    from yumen.keys.values import KeyRecord

UNKNOWN_PER_SECOND = 20
REMEMBERED = 1000


class AdminKeys:
    """Judges what a caller of the admin API shows as its key."""

    def __init__(self, store: KeyStore, clock: Clock, unknown_per_second: int = UNKNOWN_PER_SECOND) -> None:
        """Read keys from a store; so many that come to nothing are looked up in a second."""
        self._store = store
        self._clock = clock
        self._lookups = LookupBudget(clock, unknown_per_second)
        self._seen: dict[str, bytes] = {}
        """The hashes of keys that were accepted: strangers who use the budget up do not keep their holders out."""

    async def authenticate(self, values: Iterable[bytes], address: str, path: str) -> KeyRecord:
        """Return the key of the values of every `x-api-key` and `authorization` header; its `role` says what it may do.

        Raises Unauthenticated with the reason, Forbidden where the key is restricted to other addresses or paths, Overloaded where too
        many unknown keys are tried, KeysUnreadable where the store does not answer.
        """
        credential = read_credential(values)
        if isinstance(credential, Reason):
            raise Unauthenticated(MESSAGES[credential])
        if self._seen.get(credential.key_id) != credential.digest and not self._lookups.open():
            raise Overloaded(retry_after_s=1)
        record = (await self._store.find([credential.key_id])).get(credential.key_id)
        reason = judge_admin(record, credential, self._clock.now_us())
        if record is None or reason is not None:
            self._lookups.charge()
            raise Unauthenticated(MESSAGES[reason or Reason.UNKNOWN])
        self._remember(record.key_id, record.digest)
        check([restriction for restriction in record.restrictions if restriction.by_head], Asked(address, path))
        return record

    def expect(self, value: bytes) -> None:
        """Know a key that was made a moment ago: its holder is let in while strangers use the budget up. It is looked up all the same."""
        credential = read_credential([value])
        if not isinstance(credential, Reason):
            self._remember(credential.key_id, credential.digest)

    def _remember(self, key_id: str, digest: bytes) -> None:
        if len(self._seen) >= REMEMBERED:
            self._seen.clear()
        self._seen[key_id] = digest
