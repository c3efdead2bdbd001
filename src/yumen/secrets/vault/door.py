"""The door of Vault: it keeps one token, renews it at two thirds of its lease, and logs in anew when it is gone."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from yumen.secrets.values import SecretForbidden, SecretMissing, StoreUnavailable
from yumen.secrets.vault.login import Entrance
from yumen.secrets.vault.values import SECOND_NS, Due, TokenLogin, due, renewed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from yumen.clock import Clock
    from yumen.secrets.vault.line import Line
    from yumen.secrets.vault.values import Lease, VaultOptions

LIVING_NS = 3600 * SECOND_NS
"""A token that lives and may not read is replaced once it is so old: its role may have got other policies. Not sooner, since a login may
use up a secret id."""
RETRY_S = 15.0
"""After a renewal that failed."""

log = logging.getLogger("yumen.secrets")


class Door:
    """Gives a lease that holds, to any thread; one thread at a time talks about leases."""

    def __init__(self, line: Line, options: VaultOptions, clock: Clock, register: Callable[[str], object]) -> None:
        """Take the line, the clock, and whom to tell each credential that must never be seen."""
        self._line = line
        self._entrance = Entrance(line, options.login, register)
        self._given = options.login.token if isinstance(options.login, TokenLogin) else None
        self._timeout_s = options.timeout_s
        self._now_ns = clock.elapsed_ns
        self._lock = threading.Lock()
        self._lease: Lease | None = None
        self._told = ""

    def lease(self, about: object) -> Lease:
        """Return a lease: the one that we have, renewed where that is due; log in where there is none.

        Raises SecretMissing where the login is refused, StoreUnavailable where Vault does not answer.
        """
        with self._turn(about):
            if self._lease is None:
                self._lease = self._log_in(about)
            else:
                self._keep(about, self._lease)
            return self._lease

    def other(self, about: object, refused: Lease) -> Lease:
        """Return another lease than the one with which a reading was refused; raise SecretMissing where another cannot help."""
        with self._turn(about):
            if self._lease is None or self._lease.token == refused.token:
                self._lease = self._instead(about, refused)
            return self._lease

    def tend(self) -> float | None:
        """Do what the lease needs now; return the seconds until it needs something again, None where it needs nothing more."""
        with self._turn("Vault"):
            if self._lease is None:
                return None
            if not self._keep("Vault", self._lease):
                return RETRY_S
            if not self._lease.lasts_s or due(self._lease, self._now_ns()) is not Due.NOTHING:
                return None  # it has no end, or one that we cannot move
            return (self._lease.turn_ns - self._now_ns()) / SECOND_NS

    @contextmanager
    def _turn(self, about: object) -> Iterator[None]:
        if not self._lock.acquire(timeout=self._timeout_s):
            raise StoreUnavailable(
                "{secret}: another login to Vault takes longer than {seconds} s.", secret=about, seconds=f"{self._timeout_s:g}"
            )
        try:
            yield
        finally:
            self._lock.release()

    def _keep(self, about: object, lease: Lease) -> bool:
        """Do what is due; return False where that failed, and the lease is used on while it holds."""
        try:
            self._lease = self._moved(about, lease)
        except (SecretMissing, StoreUnavailable) as error:
            log.warning("the Vault token could not be renewed and is used on while it holds: %s", error)
            return False
        return True

    def _moved(self, about: object, lease: Lease) -> Lease:
        if self._given is not None and self._given().strip() != lease.token:
            return self._log_in(about)  # somebody replaced it
        need = due(lease, self._now_ns())
        if need is Due.RENEWAL:
            lease = self._renewed(about, lease)
        if need is Due.NOTHING or (need is Due.RENEWAL and lease.movable):
            return lease
        return self._log_in(about) if self._given is None else self._told_of(lease)

    def _renewed(self, about: object, lease: Lease) -> Lease:
        now_ns = self._now_ns()
        auth = self._line.ask(about, lambda client: client.auth.token.renew_self(), lease.token).said.auth
        if auth is None:  # refused: it is gone, or its end cannot be moved
            return msgspec.structs.replace(lease, renewable=False)
        return renewed(lease, auth.lease_duration, now_ns, renewable=auth.renewable)

    def _instead(self, about: object, refused: Lease) -> Lease:
        """Log in anew where that may help."""
        if not self._lives(about, refused):
            if self._given is not None and self._given().strip() == refused.token:
                raise SecretForbidden("{secret}: Vault takes our token no longer; give another (secrets.vault_token).", secret=about)
            return self._log_in(about)
        if self._given is not None or self._now_ns() - refused.made_ns < LIVING_NS:
            raise SecretForbidden("{secret}: Vault knows us, but the policies of our token do not let us read it.", secret=about)
        try:
            return self._log_in(about)
        except SecretMissing:  # what we have is better than nothing: other secrets may be read with it
            return msgspec.structs.replace(refused, made_ns=self._now_ns())

    def _lives(self, about: object, lease: Lease) -> bool:
        return self._line.ask(about, lambda client: client.auth.token.lookup_self(), lease.token).right

    def _log_in(self, about: object) -> Lease:
        lease = self._entrance.enter(about, self._now_ns())
        return self._told_of(lease) if self._given is not None and not lease.movable else lease

    def _told_of(self, lease: Lease) -> Lease:
        """Say once of a token that it ends, and that we cannot get another."""
        if lease.lasts_s and self._told != lease.token:
            self._told = lease.token
            log.warning("the Vault token cannot be renewed: it ends in %d s, and then no secret can be read; give another", lease.lasts_s)
        return lease
