"""A request that is repeated with its idempotency key gets the answer of the first, and costs nothing."""

from yumen.idempotency.keeping import Keeping, KeepOptions
from yumen.idempotency.recording import Recording, Room
from yumen.idempotency.stage import AttachOptions, Repeats
from yumen.idempotency.store import RepeatStore
from yumen.idempotency.values import Ending, Reason, Row, State

__all__ = ["AttachOptions", "Ending", "KeepOptions", "Keeping", "Reason", "Recording", "RepeatStore", "Repeats", "Room", "Row", "State"]
