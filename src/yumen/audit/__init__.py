"""The audit log: every administrative act, written in the transaction that does it, and never changed."""

from yumen.audit.records import read_acts, write_act
from yumen.audit.values import ANY, COMMAND_LINE, Act, Actor, Recorded, Sought

__all__ = ["ANY", "COMMAND_LINE", "Act", "Actor", "Recorded", "Sought", "read_acts", "write_act"]
