"""The nouns of Vault: where it is, how we log in, and the lease of the token that it gave us."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

import msgspec

JWT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount/token"
SECOND_NS = 1_000_000_000


class TokenLogin(msgspec.Struct, frozen=True):
    """A token that somebody else got. Its source is asked each time, so that a token which an agent replaces in a file is followed."""

    token: Callable[[], str]


class AppRoleLogin(msgspec.Struct, frozen=True):
    """A role id and, where the role binds one, a secret id; both are asked for at each login."""

    role_id: Callable[[], str]
    secret_id: Callable[[], str] | None = None
    mount: str = "approle"


class KubernetesLogin(msgspec.Struct, frozen=True):
    """A role, and the pod's own token in a file, which Kubernetes replaces: it is read at each login."""

    role: str
    mount: str = "kubernetes"
    jwt_path: str = JWT_PATH


Login = TokenLogin | AppRoleLogin | KubernetesLogin


class VaultOptions(msgspec.Struct, frozen=True):
    """Where Vault is, whom it must be known to, how we log in, and how long one answer may take."""

    url: str
    login: Login
    namespace: str | None = None
    authority: str | None = None
    """A file of certificates to trust instead of the system's."""
    timeout_s: float = 10.0


class Lease(msgspec.Struct, frozen=True):
    """A token and how long it holds."""

    token: str
    made_ns: int
    """When we logged in."""
    since_ns: int
    """When it was last renewed; the lease counts from here."""
    lasts_s: int = 0
    """0: it has no end, or none that we may know."""
    full_s: int = 0
    """The longest that Vault ever granted."""
    renewable: bool = False

    def __repr__(self) -> str:
        return f"Lease(lasts_s={self.lasts_s}, renewable={self.renewable})"

    @property
    def movable(self) -> bool:
        """Whether a renewal moves its end. Near the end that nothing moves, Vault grants less: under half of the longest says so."""
        return self.renewable and self.lasts_s * 2 >= self.full_s

    @property
    def turn_ns(self) -> int:
        """When something must be done about it: at two thirds, so that a failure leaves time for another try."""
        return self.since_ns + self.lasts_s * SECOND_NS * 2 // 3


class Due(Enum):
    """What a lease needs now."""

    NOTHING = auto()
    RENEWAL = auto()
    LOGIN = auto()


def due(lease: Lease, now_ns: int) -> Due:
    """Decide what a lease needs."""
    if not lease.lasts_s or now_ns < lease.turn_ns:
        return Due.NOTHING
    return Due.RENEWAL if lease.movable else Due.LOGIN


def renewed(lease: Lease, granted_s: int, now_ns: int, *, renewable: bool) -> Lease:
    """Return the lease after a renewal that granted so many seconds from now on."""
    return msgspec.structs.replace(
        lease, since_ns=now_ns, lasts_s=granted_s, full_s=max(lease.full_s, granted_s), renewable=renewable and granted_s > 0
    )
