"""Where credentials come from: the environment, files, AWS Secrets Manager, HashiCorp Vault."""

from yumen.secrets.values import Reference, SecretMissing, Source, StoreUnavailable

__all__ = ["Reference", "SecretMissing", "Source", "StoreUnavailable"]
