"""The audit log: every administrative act, written in the transaction that does it, and never changed."""

from yumen.audit.records import read_acts, write_act
from yumen.audit.values import COMMAND_LINE, Act, Actor, Recorded

__all__ = ["COMMAND_LINE", "Act", "Actor", "Recorded", "read_acts", "write_act"]
