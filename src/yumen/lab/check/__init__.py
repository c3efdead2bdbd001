"""Whether a server that claims to speak Claude's protocol does: requests, rules over what came back, and a report."""

from yumen.lab.check.reports import as_json, as_junit
from yumen.lab.check.run import MODEL, check_server, chosen, judge, needed
from yumen.lab.check.send import Sender
from yumen.lab.check.table import CHECKS
from yumen.lab.check.values import Check, Exchange, Finding, Outcome, Probe, Remark, Report, Severity

__all__ = [
    "CHECKS",
    "MODEL",
    "Check",
    "Exchange",
    "Finding",
    "Outcome",
    "Probe",
    "Remark",
    "Report",
    "Sender",
    "Severity",
    "as_json",
    "as_junit",
    "check_server",
    "chosen",
    "judge",
    "needed",
]
