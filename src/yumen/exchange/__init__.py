"""The spine: the record of one exchange, its states, the order of its stages, its close."""

from yumen.exchange.exchange import Exchange
from yumen.exchange.states import MOVES, State
from yumen.exchange.values import Attempt, Candidate, Cost, Outcome, Principal

__all__ = ["MOVES", "Attempt", "Candidate", "Cost", "Exchange", "Outcome", "Principal", "State"]
