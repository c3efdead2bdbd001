"""Message Batches under way: remembered until they end, then charged once, by what their results say."""

from yumen.batches.poll import BATCH_LEASE_US, Poller, Services
from yumen.batches.store import BatchStore
from yumen.batches.values import OpenBatch, Sum

__all__ = ["BATCH_LEASE_US", "BatchStore", "OpenBatch", "Poller", "Services", "Sum"]
