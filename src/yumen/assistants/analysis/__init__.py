"""Questions about data: CSV, Parquet, JSON, Excel and SQLite, answered with the numbers, the SQL and a chart."""

from yumen.assistants.analysis.chart import check_place
from yumen.assistants.analysis.talk import Analysis, analyze
from yumen.assistants.analysis.values import Bounds, Column, Drawing, Engine, Exhibit, Refused, Reply, Result, Table

__all__ = [
    "Analysis",
    "Bounds",
    "Column",
    "Drawing",
    "Engine",
    "Exhibit",
    "Refused",
    "Reply",
    "Result",
    "Table",
    "analyze",
    "check_place",
]
