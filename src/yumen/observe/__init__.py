"""What is seen: the log, the metrics, the traces; secrets are taken out in one place."""

from yumen.observe.exposition import CONTENT_TYPE, Exposition
from yumen.observe.health import Health
from yumen.observe.lines import CallLine, Form, Message, Written
from yumen.observe.log import Log, take_over
from yumen.observe.log_file import RotatingFile
from yumen.observe.metric_table import TABLE, Metric, metrics_page
from yumen.observe.metrics import Metrics
from yumen.observe.redact import Redactor
from yumen.observe.stage import Observe
from yumen.observe.summing import Answers
from yumen.observe.traces import start_tracing

__all__ = [
    "CONTENT_TYPE",
    "TABLE",
    "Answers",
    "CallLine",
    "Exposition",
    "Form",
    "Health",
    "Log",
    "Message",
    "Metric",
    "Metrics",
    "Observe",
    "Redactor",
    "RotatingFile",
    "Written",
    "metrics_page",
    "start_tracing",
    "take_over",
]
