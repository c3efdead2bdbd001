"""Connections, migrations and the data folder; it knows no domain: tables belong to the capabilities' own stores."""

from yumen.storage.columns import Blob
from yumen.storage.database import Database
from yumen.storage.faults import DatabaseUnavailable, reason_of
from yumen.storage.folder import DataFolder
from yumen.storage.revision import RevisionWatch, WatchOptions
from yumen.storage.schema import HEAD, VERSIONS
from yumen.storage.spool import Spool

__all__ = [
    "HEAD",
    "VERSIONS",
    "Blob",
    "DataFolder",
    "Database",
    "DatabaseUnavailable",
    "RevisionWatch",
    "Spool",
    "WatchOptions",
    "reason_of",
]
