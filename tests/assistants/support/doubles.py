"""What the desk is tried with: writers that say what they are told to, a teller that listens, and the shop's documents."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from yumen.assistants.support.customers import Customers
from yumen.assistants.support.desk import Desk
from yumen.assistants.support.handing import Case, Handing
from yumen.assistants.support.index import Index
from yumen.assistants.support.knowledge import Knowledge
from yumen.assistants.support.quoting import Quoter
from yumen.assistants.support.values import Asked, Written
from yumen.assistants.support.writer import Writer
from yumen.clock import Clock
from yumen.notices import Message

HERE = Path(__file__).parent
SHOP = HERE / "knowledge"
QUESTIONS = tomllib.loads((HERE / "questions.toml").read_text(encoding="utf-8"))


@dataclass
class Scripted:
    """Says what stands in the script, and keeps what it was asked; an exception is raised."""

    script: list[Written | Exception]
    asked: list[Asked] = field(default_factory=list)
    is_sandbox = False

    def write(self, asked: Asked) -> Written:
        """Say the next."""
        self.asked.append(asked)
        said = self.script.pop(0)
        if isinstance(said, Exception):
            raise said
        return said


@dataclass
class Listener:
    """Keeps what it is told."""

    told: list[Message] = field(default_factory=list)

    def tell(self, message: Message) -> None:
        """Keep it."""
        self.told.append(message)


@dataclass
class Shop:
    """A desk with all that stands around it."""

    desk: Desk
    knowledge: Knowledge
    customers: Customers
    listener: Listener
    cases: Path

    @property
    def handed(self) -> list[Case]:
        """What was handed over."""
        return [msgspec.json.decode(line, type=Case) for line in self.cases.read_bytes().splitlines()]


@contextmanager
def shop(folder: Path, writer: Writer | None = None, knowledge: Path = SHOP) -> Iterator[Shop]:
    """Open a desk that answers from the shop's documents; what it writes lies in a folder."""
    cases, listener = folder / "cases.jsonl", Listener()
    cases.touch()
    with closing(Index(folder / "index.sqlite")) as index, closing(Customers(folder / "customers.sqlite")) as customers:
        known = Knowledge(knowledge, index, Clock())
        known.refresh()
        yield Shop(Desk(known, writer or Quoter(), customers, Handing(cases, listener), Clock()), known, customers, listener, cases)
