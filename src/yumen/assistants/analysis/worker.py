"""The engine in a process of its own (`python -m yumen.assistants.analysis.worker`): a line of JSON for each question and answer.

A scalar function of DuckDB can take memory that its limit does not count, and does not look up when it is interrupted. A process can be
held to a size, and stopped for certain; and this one is started without the environment's secrets.
"""

from __future__ import annotations

import resource
import sys
from contextlib import suppress
from typing import IO

import msgspec

from yumen.assistants.analysis.engine import LocalEngine
from yumen.assistants.analysis.values import Bounds, Refused, Result, Table
from yumen.errors import OperatorError

SPARE_MB = 2048
"""Address space beyond DuckDB's own limit: for its code, its threads' stacks, and Python."""


class Opening(msgspec.Struct, frozen=True):
    """What the worker is started with."""

    paths: list[str]
    bounds: Bounds


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What it answers: the tables at first, then results; a refusal, or an operator's error as a sentence with its values."""

    tables: tuple[Table, ...] = ()
    result: Result | None = None
    refused: str | None = None
    sentence: str | None = None
    values: dict[str, str] = {}


def main(asked: IO[bytes], answered: IO[bytes]) -> None:
    """Load, then answer a query a line, until the questions end."""
    opening = msgspec.json.decode(asked.readline(), type=Opening)
    hold_to(opening.bounds.memory_mb + SPARE_MB)
    try:
        engine = LocalEngine(opening.paths, opening.bounds)
    except OperatorError as error:
        say(answered, Answer(sentence=error.sentence, values={name: str(value) for name, value in error.values.items()}))
        return
    write_nothing()
    say(answered, Answer(tables=engine.tables))
    for line in asked:
        say(answered, answer(engine, msgspec.json.decode(line, type=str)))
    engine.close()


def answer(engine: LocalEngine, sql: str) -> Answer:
    """Return what a query gives, or why it was refused."""
    try:
        return Answer(result=engine.query(sql))
    except Refused as refused:
        return Answer(refused=str(refused))


def hold_to(megabytes: int) -> None:
    """Let this process take no more address space than that, where the system can hold it to it."""
    # macOS knows the limit and refuses to set it.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


def write_nothing() -> None:
    """Let this process write no byte to any file from here on; pipes are no files."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def say(answered: IO[bytes], what: Answer) -> None:
    """Write one line."""
    answered.write(msgspec.json.encode(what) + b"\n")
    answered.flush()


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
