"""What keeps one organization's content from everybody else: its own keys."""

from yumen.isolation.keyring import Keyring
from yumen.isolation.store import DataKeyStore
from yumen.isolation.values import LOCAL_KEY, DataKey, Kek, KekAway, KekUnavailable

__all__ = ["LOCAL_KEY", "DataKey", "DataKeyStore", "Kek", "KekAway", "KekUnavailable", "Keyring"]
