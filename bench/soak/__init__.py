"""Storms: callers of every kind, faults, and `kill -9`, with a reckoning of what the ledger holds afterwards."""

from bench.soak.caller import Answer, Caller
from bench.soak.reckoning import Reckoning, reckon
from bench.soak.storm import EVERY, GOOD, Behaviour, Storm, body_for, headers_for, storm

__all__ = ["EVERY", "GOOD", "Answer", "Behaviour", "Caller", "Reckoning", "Storm", "body_for", "headers_for", "reckon", "storm"]
