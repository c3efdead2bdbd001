"""How fast, how much: rate limits, quotas, spend limits and concurrency, all of them taken together or not at all."""

from yumen.limits.counting import Counting, LimitOptions
from yumen.limits.history import History, NoHistory
from yumen.limits.renewal import Renewal
from yumen.limits.settle import Settle
from yumen.limits.stage import Admission
from yumen.limits.store import LimitStore, Remote
from yumen.limits.tally import OnStanding, Tally
from yumen.limits.values import Kind, Limit, Line, Mode, Reserve, Scope, ScopeKind

__all__ = [
    "Admission",
    "Counting",
    "History",
    "Kind",
    "Limit",
    "LimitOptions",
    "LimitStore",
    "Line",
    "Mode",
    "NoHistory",
    "OnStanding",
    "Remote",
    "Renewal",
    "Reserve",
    "Scope",
    "ScopeKind",
    "Settle",
    "Tally",
]
