"""What people must hear of: budgets that near their end, bursts of errors, keys used from new networks or about to expire."""

from yumen.alerts.models import ModelTask
from yumen.alerts.stage import AlertOptions, Watch
from yumen.alerts.store import AlertStore
from yumen.alerts.tasks import Dependency, DependencyTask, ExpiryTask
from yumen.alerts.teller import Audience, Teller
from yumen.alerts.texts import message_of, words_of
from yumen.alerts.values import KeyFact, ModelFact, News, Recipients, Told, Topic

__all__ = [
    "AlertOptions",
    "AlertStore",
    "Audience",
    "Dependency",
    "DependencyTask",
    "ExpiryTask",
    "KeyFact",
    "ModelFact",
    "ModelTask",
    "News",
    "Recipients",
    "Teller",
    "Told",
    "Topic",
    "Watch",
    "message_of",
    "words_of",
]
