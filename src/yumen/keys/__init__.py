"""Who asks: API keys, their form, their store, and the stage that accepts them."""

from yumen.keys.issue import IssuedKey, KeyIssuer, KeyOrder, pick, status_of
from yumen.keys.ownership import Ownership
from yumen.keys.stage import Authenticate, KeyOptions, check_path
from yumen.keys.store import KeyStore
from yumen.keys.values import ENVIRONMENTS, WORKSPACES, Credential, KeyRecord, Reason

__all__ = [
    "ENVIRONMENTS",
    "WORKSPACES",
    "Authenticate",
    "Credential",
    "IssuedKey",
    "KeyIssuer",
    "KeyOptions",
    "KeyOrder",
    "KeyRecord",
    "KeyStore",
    "Ownership",
    "Reason",
    "check_path",
    "pick",
    "status_of",
]
