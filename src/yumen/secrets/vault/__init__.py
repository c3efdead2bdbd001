"""Secrets in HashiCorp Vault, and in what speaks its HTTP API (OpenBao): needs the extra `yumen[vault]`."""

from yumen.secrets.vault.source import VaultSource
from yumen.secrets.vault.values import JWT_PATH, AppRoleLogin, KubernetesLogin, Login, TokenLogin, VaultOptions

__all__ = ["JWT_PATH", "AppRoleLogin", "KubernetesLogin", "Login", "TokenLogin", "VaultOptions", "VaultSource"]
