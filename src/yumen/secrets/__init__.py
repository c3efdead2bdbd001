"""Where credentials come from: the environment, files, AWS Secrets Manager, HashiCorp Vault."""

from yumen.secrets.values import Reference, SecretMissing, Source, Stage, StoreUnavailable

__all__ = ["Reference", "SecretMissing", "Source", "Stage", "StoreUnavailable"]
