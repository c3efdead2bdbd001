"""Who asks: API keys, their form, their store, and the stage that accepts them."""

from yumen.keys.admin import AdminKeys
from yumen.keys.issue import IssuedKey, KeyIssuer, pick, status_of
from yumen.keys.order import KeyChange, KeyOrder
from yumen.keys.ownership import Ownership
from yumen.keys.restrict import restrict
from yumen.keys.stage import Authenticate, KeyOptions, check_path
from yumen.keys.store import KeyStore
from yumen.keys.values import ENVIRONMENTS, WORKSPACES, Change, Credential, KeyRecord, Reason, Role, Workspace

__all__ = [
    "ENVIRONMENTS",
    "WORKSPACES",
    "AdminKeys",
    "Authenticate",
    "Change",
    "Credential",
    "IssuedKey",
    "KeyChange",
    "KeyIssuer",
    "KeyOptions",
    "KeyOrder",
    "KeyRecord",
    "KeyStore",
    "Ownership",
    "Reason",
    "Role",
    "Workspace",
    "check_path",
    "pick",
    "restrict",
    "status_of",
]
