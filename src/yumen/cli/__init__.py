"""The command line: one file a command, loaded when it is called."""

from yumen.cli.program import main

__all__ = ["main"]
