"""Experiments with Claude, and checks of what claims to be one."""

from yumen.lab.ask import Asker
from yumen.lab.axes import check_axes, model_for
from yumen.lab.record import Record
from yumen.lab.report import report
from yumen.lab.run import Bounds, dearest, run
from yumen.lab.summary import Summary, summarize
from yumen.lab.values import Plan, Point, Sample, Sampled, grid

__all__ = [
    "Asker",
    "Bounds",
    "Plan",
    "Point",
    "Record",
    "Sample",
    "Sampled",
    "Summary",
    "check_axes",
    "dearest",
    "grid",
    "model_for",
    "report",
    "run",
    "summarize",
]
