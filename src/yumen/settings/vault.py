"""Vault as the settings name it: where it is, and how we log in. Needs the extra `yumen[vault]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.clock import Clock
from yumen.errors import OperatorError
from yumen.secrets.env import EnvSource
from yumen.secrets.file import FileSource
from yumen.secrets.reference import parse_reference
from yumen.secrets.rules import judge_text
from yumen.secrets.vault import AppRoleLogin, KubernetesLogin, TokenLogin, VaultOptions, VaultSource
from yumen.settings.address import check_store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from yumen.secrets.values import Source
    from yumen.secrets.vault import Login
    from yumen.settings.sending import Secrets


def open_vault(chosen: Secrets, environ: Mapping[str, str], register: Callable[[str], object]) -> VaultSource:
    """Return the store; nothing is asked of it yet. Raises OperatorError where the settings do not say enough."""
    url = chosen.vault_url or environ.get("VAULT_ADDR")
    if not url:
        raise OperatorError("references to Vault need its address: set secrets.vault_url, or VAULT_ADDR")
    options = VaultOptions(
        check_store(url, "secrets.vault_url", allow_plain_http=chosen.allow_plain_http),
        login(chosen, environ),
        chosen.vault_namespace or environ.get("VAULT_NAMESPACE") or None,
        chosen.vault_authority or environ.get("VAULT_CACERT") or None,
        chosen.timeout_s,
    )
    return VaultSource(options, Clock(), register)


def login(chosen: Secrets, environ: Mapping[str, str]) -> Login:
    """Return how we log in."""
    if chosen.vault_login == "token":
        return TokenLogin(reader(chosen.vault_token or "env:VAULT_TOKEN", "secrets.vault_token", environ))
    if chosen.vault_role is None:
        raise OperatorError("secrets.vault_login = {login} needs secrets.vault_role", login=chosen.vault_login)
    mount = chosen.vault_mount or chosen.vault_login
    if chosen.vault_login == "kubernetes":
        return KubernetesLogin(chosen.vault_role, mount)
    role_id = reader(chosen.vault_role, "secrets.vault_role", environ)
    if chosen.vault_secret_id is None:
        return AppRoleLogin(role_id, None, mount)
    return AppRoleLogin(role_id, reader(chosen.vault_secret_id, "secrets.vault_secret_id", environ), mount)


def reader(text: str, setting: str, environ: Mapping[str, str]) -> Callable[[], str]:
    """Return what reads a secret that opens Vault, anew each time; it raises SecretMissing and StoreUnavailable."""
    reference = parse_reference(text, setting)
    if not reference.local:
        raise OperatorError("{setting} takes env:NAME or file:PATH: it is what opens the store", setting=setting)
    source: Source = EnvSource(environ) if reference.kind == "env" else FileSource()
    return lambda: judge_text(source.fetch(reference)).value
