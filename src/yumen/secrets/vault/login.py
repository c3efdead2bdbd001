"""Logging in to Vault: with a token that we were given, by AppRole, or as a pod of Kubernetes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from yumen.secrets.values import SecretForbidden, SecretMissing, StoreUnavailable
from yumen.secrets.vault.values import AppRoleLogin, Lease, TokenLogin

if TYPE_CHECKING:
    from collections.abc import Callable

    from yumen.secrets.vault.line import Line, Question
    from yumen.secrets.vault.values import KubernetesLogin, Login


class Looked(msgspec.Struct, frozen=True):
    """What Vault says of a token that we were given."""

    ttl: int = 0
    renewable: bool = False


class Entrance:
    """Logs in, and tells each credential that it meets to whoever keeps credentials out of sight."""

    def __init__(self, line: Line, login: Login, register: Callable[[str], object]) -> None:
        """Take the line, the way in, and whom to tell."""
        self._line = line
        self._login = login
        self._register = register

    def enter(self, about: object, now_ns: int) -> Lease:
        """Log in; raise SecretMissing where the login is refused, StoreUnavailable where Vault does not answer."""
        if isinstance(self._login, TokenLogin):
            return self._look_up(about, self._known(asked(about, self._login.token)), now_ns)
        if isinstance(self._login, AppRoleLogin):
            return self._as_role(about, self._login, now_ns)
        return self._as_pod(about, self._login, now_ns)

    def _look_up(self, about: object, token: str, now_ns: int) -> Lease:
        answer = self._line.ask(about, lambda client: client.auth.token.lookup_self(), token)
        if not answer.right or answer.empty:  # a token without the policy `default`, or none at all: reading will tell
            return Lease(token, now_ns, now_ns)
        try:
            looked = msgspec.json.decode(answer.said.data, type=Looked)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise StoreUnavailable("{secret}: Vault says of our token what we do not understand.", secret=about) from None
        return Lease(token, now_ns, now_ns, looked.ttl, looked.ttl, renewable=looked.renewable)

    def _as_role(self, about: object, login: AppRoleLogin, now_ns: int) -> Lease:
        role_id = asked(about, login.role_id).strip()
        secret_id = self._known(asked(about, login.secret_id)) if login.secret_id is not None else None
        return self._let_in(
            about, lambda client: client.auth.approle.login(role_id, secret_id, use_token=False, mount_point=login.mount), now_ns
        )

    def _as_pod(self, about: object, login: KubernetesLogin, now_ns: int) -> Lease:
        try:
            jwt = self._known(Path(login.jwt_path).read_text(encoding="ascii"))
        except (OSError, ValueError) as error:
            raise SecretMissing(
                "{secret}: the pod's token in {path} cannot be read ({kind}).", secret=about, path=login.jwt_path, kind=type(error).__name__
            ) from None
        return self._let_in(
            about, lambda client: client.auth.kubernetes.login(login.role, jwt, use_token=False, mount_point=login.mount), now_ns
        )

    def _let_in(self, about: object, question: Question, now_ns: int) -> Lease:
        answer = self._line.ask(about, question)
        auth = answer.said.auth
        if auth is None:
            way = "AppRole" if isinstance(self._login, AppRoleLogin) else "Kubernetes"
            raise SecretForbidden(
                "{secret}: Vault refuses our login by {way} (status {status}): the role is wrong, or what proves it.",
                secret=about,
                way=way,
                status=answer.status,
            )
        lasts_s = auth.lease_duration
        return Lease(self._known(auth.client_token), now_ns, now_ns, lasts_s, lasts_s, renewable=auth.renewable)

    def _known(self, secret: str) -> str:
        self._register(secret.strip())
        return secret.strip()


def asked(about: object, source: Callable[[], str]) -> str:
    """Return what a source of a login gives; what it raises is told with what it was needed for."""
    try:
        return source()
    except SecretMissing as error:
        raise SecretForbidden("{secret}: we cannot log in to Vault: {reason}", secret=about, reason=error) from None
    except StoreUnavailable as error:
        raise StoreUnavailable("{secret}: we cannot log in to Vault: {reason}", secret=about, reason=error) from None
