"""Model aliases: what an organization means by a name of its own, or by one that is retired."""

from yumen.routes.aliases.remembered import Aliases
from yumen.routes.aliases.store import AliasStore
from yumen.routes.aliases.values import Alias

__all__ = ["Alias", "AliasStore", "Aliases"]
