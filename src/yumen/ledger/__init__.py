"""What is written: one entry an exchange, in a local journal first, in the database after."""

from yumen.ledger.drain import Drain
from yumen.ledger.entry import Entry, Kind, Opened
from yumen.ledger.journal import Journal, OnFull
from yumen.ledger.parted import PartedLedger, PartedReports
from yumen.ledger.query import ALL, By, Filter, Integrity, LedgerPage, Place, UsageRow
from yumen.ledger.recover import recover
from yumen.ledger.reports import Reports
from yumen.ledger.retention import Retention
from yumen.ledger.series import SeriesWanted, Slot
from yumen.ledger.shown import LogLine, shown, to_json
from yumen.ledger.stage import Record

__all__ = [
    "ALL",
    "By",
    "Drain",
    "Entry",
    "Filter",
    "Integrity",
    "Journal",
    "Kind",
    "LedgerPage",
    "LogLine",
    "OnFull",
    "Opened",
    "PartedLedger",
    "PartedReports",
    "Place",
    "Record",
    "Reports",
    "Retention",
    "SeriesWanted",
    "Slot",
    "UsageRow",
    "recover",
    "shown",
    "to_json",
]
