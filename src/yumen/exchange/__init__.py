"""The spine: the record of one exchange, its states, the order of its stages, its close."""

from yumen.exchange.edits import Edit, StreamEdit
from yumen.exchange.exchange import Exchange
from yumen.exchange.intake import Read
from yumen.exchange.run import error_answer, run
from yumen.exchange.stages import Closing, Stage, Stages
from yumen.exchange.states import MOVES, State
from yumen.exchange.values import Attempt, Candidate, Cost, Outcome, Principal, Secret, Target

__all__ = [
    "MOVES",
    "Attempt",
    "Candidate",
    "Closing",
    "Cost",
    "Edit",
    "Exchange",
    "Outcome",
    "Principal",
    "Read",
    "Secret",
    "Stage",
    "Stages",
    "State",
    "StreamEdit",
    "Target",
    "error_answer",
    "run",
]
