"""Hands a customer over to people: one line of JSON in a file, always; and a notice to a webhook, where there is one."""

from __future__ import annotations

import os
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import msgspec

from yumen.assistants.support.values import Said
from yumen.clock import iso
from yumen.errors import OperatorError
from yumen.notices import Message

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from yumen.assistants.support.values import HandOver

MOST_TOLD = 20


class Teller(Protocol):
    """Tells people; never blocks."""

    def tell(self, message: Message) -> None:
        """Hand a notice to be delivered."""


class Case(msgspec.Struct, frozen=True):
    """What a person needs to go on."""

    id: str
    time: str
    customer: str
    reason: str
    to: str
    question: str
    conversation: tuple[Said, ...]


class Handing:
    """Writes cases, and tells of them."""

    def __init__(self, path: Path, teller: Teller | None) -> None:
        """Write to that file, which is there."""
        self._path = path
        self._teller = teller
        self._lock = Lock()

    def take(self, case: Case) -> None:
        """Write a case to the disk, then tell of it. Raises OperatorError where it cannot be written."""
        with self._lock:
            append(self._path, msgspec.json.encode(case) + b"\n")
        if self._teller is not None:
            self._teller.tell(notice(case))


def case_of(case_id: str, customer_id: str, handed: HandOver, said: Sequence[Said]) -> Case:
    """Return the case of a customer; the last thing said is what led to it."""
    last = said[-1]
    return Case(case_id, iso(last.at_us), customer_id, handed.reason, handed.to, last.question, tuple(said))


def notice(case: Case) -> Message:
    """Return a case as a notice."""
    subject = f"Customer {case.customer} is handed over ({case.reason})" + (f", for {case.to}" if case.to else "")
    turns = (f"Customer: {each.question}\nAnswer: {each.answer}" for each in case.conversation[-MOST_TOLD:])
    return Message(subject, "\n\n".join(turns), case.id)


def append(path: Path, line: bytes) -> None:
    """Add a line to a file and wait for the disk."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        try:
            os.write(descriptor, line)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise OperatorError("{path} cannot be written: {reason}", path=path, reason=error.strerror) from error
