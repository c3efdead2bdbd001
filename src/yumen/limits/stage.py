"""Admission and settlement: what every request asks of its limits, and what it leaves there."""
