"""Yumen: the gate between applications and Claude."""

__version__ = "0.3.0"
