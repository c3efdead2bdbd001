"""Whose it is: the owners of batches, files and containers that were made through this gateway."""

from yumen.keys.owners.rules import Kind, Named, id_shown, ids_in_path, ids_made_by_message, ids_outside_tools, unfinished_from
from yumen.keys.owners.stage import Owners
from yumen.keys.owners.store import OwnerStore, Resource

__all__ = [
    "Kind",
    "Named",
    "OwnerStore",
    "Owners",
    "Resource",
    "id_shown",
    "ids_in_path",
    "ids_made_by_message",
    "ids_outside_tools",
    "unfinished_from",
]
