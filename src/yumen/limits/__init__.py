"""How fast, how much: rate limits, quotas, spend limits and concurrency, all of them taken together or not at all."""

from yumen.limits.store import LimitStore
from yumen.limits.values import Kind, Limit, Line, Mode, Reserve, Scope, ScopeKind

__all__ = ["Kind", "Limit", "LimitStore", "Line", "Mode", "Reserve", "Scope", "ScopeKind"]
