"""Customer service as a program uses it: put together from a folder of documents, a client, and a data folder."""

from __future__ import annotations

import hashlib
import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Self

import msgspec

from yumen.assistants.support.customers import Customers
from yumen.assistants.support.desk import ANONYMOUS, Desk
from yumen.assistants.support.handing import Handing
from yumen.assistants.support.index import Index
from yumen.assistants.support.knowledge import Knowledge
from yumen.assistants.support.quoting import Quoter
from yumen.assistants.support.rule_file import read_rules
from yumen.assistants.support.rules import DEFAULT, Rule
from yumen.assistants.support.telling import WebhookTeller, webhook
from yumen.assistants.support.writer import NoAnswer
from yumen.clock import Clock
from yumen.notices import parse_target
from yumen.settings import resolve
from yumen.storage.folder import DataFolder

if TYPE_CHECKING:
    from types import TracebackType

    from yumen.assistants.support.index import Refreshed
    from yumen.assistants.support.values import Answer, Asked, Customer, Written
    from yumen.assistants.support.writer import Writer
    from yumen.client import Claude

FOLDER = "support"
INDEX_FILE, CUSTOMERS_FILE, CASES_FILE = "index.sqlite", "customers.sqlite", "handed-over.jsonl"


class SupportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What may be chosen."""

    data: str | Path | None = None
    """The data folder; None: that of the settings."""
    rules: str | Path | tuple[Rule, ...] = DEFAULT
    """When a person takes over: a file of rules, or the rules."""
    instructions: str = ""
    """The company's own words for the system prompt: its name, its tone."""
    webhook: str | None = None
    """A URL that is told of each hand-over."""
    webhook_secret: str | None = None
    """What its notices are signed with."""


class Support:
    """Answers customers from a folder of documents. Threads may share it; close it at the end."""

    def __init__(self, knowledge: str | Path, claude: Claude, options: SupportOptions | None = None) -> None:
        """Read the documents. Raises OperatorError where a folder, a file of rules or the webhook will not do."""
        chosen, folder, clock = options or SupportOptions(), Path(knowledge).expanduser().resolve(), Clock()
        self._rules = chosen.rules if isinstance(chosen.rules, tuple) else read_rules(Path(chosen.rules).expanduser())
        self._closing = ExitStack()
        with ExitStack() as opening:
            place = place_of(folder, chosen.data)
            self.knowledge = Knowledge(folder, Index(place.file(INDEX_FILE)), clock)
            opening.callback(self.knowledge.close)
            self.refreshed: Refreshed = self.knowledge.refresh()
            """What was read at the start."""
            customers = Customers(place.file(CUSTOMERS_FILE))
            opening.callback(customers.close)
            teller = teller_of(chosen, clock)
            if teller is not None:
                opening.callback(teller.close)
            self.cases = place.file(CASES_FILE)
            """Where each hand-over is written, one JSON object a line."""
            self._desk = Desk(self.knowledge, writer_of(claude, chosen), customers, Handing(self.cases, teller), clock)
            self._closing = opening.pop_all()

    def answer(self, question: str, *, customer: str = ANONYMOUS) -> Answer:
        """Answer a customer's question. Raises NoAnswer where Claude cannot be asked now; nothing is remembered of it then."""
        return self._desk.answer(sound(question), sound(customer), self._rules)

    def dissatisfied(self, customer: str) -> Customer:
        """Count that the last answer did not help this customer."""
        return self._desk.dissatisfied(sound(customer))

    def release(self, customer: str) -> bool:
        """Answer a customer again whom a person had taken over; return whether one had."""
        return self._desk.release(sound(customer))

    def forget(self, customer: str) -> bool:
        """Delete all that is remembered of a customer; return whether there was anything. What was handed over stays in its file."""
        return self._desk.forget(sound(customer))

    def close(self) -> None:
        """Deliver what is to be told, and close the files. The client stays open."""
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def sound(text: str) -> str:
    """Return a text without what is no Unicode, as broken bytes on a command line are."""
    return text.encode("utf-8", "replace").decode()


class Known:
    """Lets Claude write, and the passages speak for themselves where it turns out that a sandbox answers in its place."""

    def __init__(self, claude: Claude, writer: Writer) -> None:
        """Ask the client who it is."""
        self._claude = claude
        self._writer = writer
        self._quoter = Quoter()

    @property
    def is_sandbox(self) -> bool:
        """Whether it is no Claude."""
        return self._claude.is_sandbox

    def write(self, asked: Asked) -> Written:
        """Return the answer. Raises NoAnswer."""
        if not self._claude.is_sandbox:
            try:
                written = self._writer.write(asked)
            except NoAnswer:
                if not self._claude.is_sandbox:
                    raise
            else:
                if not self._claude.is_sandbox:
                    return written
        return self._quoter.write(asked)


def place_of(knowledge: Path, data: str | Path | None) -> DataFolder:
    """Return the folder that keeps what is known of a folder of documents. Raises OperatorError."""
    above = Path(data if data is not None else resolve({}, os.environ, None).settings.data).expanduser()
    digest = hashlib.sha256(os.fsencode(knowledge)).hexdigest()[:12]
    return DataFolder(DataFolder(DataFolder(above).folder(FOLDER)).folder(f"{knowledge.name or 'root'}-{digest}"))


def teller_of(chosen: SupportOptions, clock: Clock) -> WebhookTeller | None:
    """Return who tells the webhook, where there is one. Raises OperatorError where its URL will not do."""
    if chosen.webhook is None:
        return None
    return WebhookTeller(webhook(parse_target(chosen.webhook, "webhook"), chosen.webhook_secret, clock), clock)


def writer_of(claude: Claude, chosen: SupportOptions) -> Writer:
    """Return who writes the answers."""
    from yumen.assistants.support.claude_writer import ClaudeWriter  # noqa: PLC0415  (it loads the SDK)

    return Known(claude, ClaudeWriter(claude, claude.model, chosen.instructions))
