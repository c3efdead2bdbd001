"""The spine: the record of one exchange, its states, the order of its stages, its close."""

from yumen.exchange.answering import Answering
from yumen.exchange.edits import Edit, StreamEdit
from yumen.exchange.exchange import Exchange
from yumen.exchange.intake import Read
from yumen.exchange.run import error_answer, run
from yumen.exchange.stages import Closing, Replay, Stage, Stages
from yumen.exchange.states import MOVES, State
from yumen.exchange.values import (
    DEFAULT_ORGANIZATION,
    Asked,
    Attempt,
    Candidate,
    Cost,
    Hold,
    Outcome,
    Principal,
    Quote,
    Restriction,
    Secret,
    Step,
    Target,
    Why,
)

__all__ = [
    "DEFAULT_ORGANIZATION",
    "MOVES",
    "Answering",
    "Asked",
    "Attempt",
    "Candidate",
    "Closing",
    "Cost",
    "Edit",
    "Exchange",
    "Hold",
    "Outcome",
    "Principal",
    "Quote",
    "Read",
    "Replay",
    "Restriction",
    "Secret",
    "Stage",
    "Stages",
    "State",
    "Step",
    "StreamEdit",
    "Target",
    "Why",
    "error_answer",
    "run",
]
