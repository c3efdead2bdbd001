"""The desk: takes a customer's question, asks the rules, looks it up, lets an answer be written, and remembers it."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import msgspec

from yumen.assistants.support import rules
from yumen.assistants.support.handing import case_of
from yumen.assistants.support.terms import leans_back
from yumen.assistants.support.texts import texts_for
from yumen.assistants.support.values import Answer, Asked, Customer, HandOver, Said, Written

if TYPE_CHECKING:
    from yumen.assistants.support.customers import Customers
    from yumen.assistants.support.handing import Handing
    from yumen.assistants.support.knowledge import Knowledge
    from yumen.assistants.support.rules import Rule
    from yumen.assistants.support.writer import Writer
    from yumen.clock import Clock

ANONYMOUS = "customer"
FOLLOW_UP = "follow_up"
"""The reason of a case that is already with a person: what the customer says meanwhile is told him too."""


class Turn(msgspec.Struct, frozen=True):
    """How a question was answered, and how it stands with the customer after it."""

    customer: Customer
    written: Written
    handed: HandOver | None = None


class Desk:
    """Answers. Threads share it; the questions of one customer are answered one after another."""

    def __init__(self, knowledge: Knowledge, writer: Writer, customers: Customers, handing: Handing, clock: Clock) -> None:
        """Answer from that knowledge."""
        self._knowledge = knowledge
        self._writer = writer
        self._customers = customers
        self._handing = handing
        self._clock = clock
        self._locks: WeakValueDictionary[str, Turnstile] = WeakValueDictionary()
        self._of_locks = Lock()

    def answer(self, question: str, customer: str, rule: tuple[Rule, ...] = rules.DEFAULT) -> Answer:
        """Answer a customer's question. Raises NoAnswer, after which nothing is remembered of it, and OperatorError."""
        turnstile = self._turnstile(customer)
        with turnstile.lock:
            said = self._customers.said(customer)
            turn = self._turn(question, self._customers.find(customer), said, rule)
            return self._closed(question, turn, said)

    def dissatisfied(self, customer: str) -> Customer:
        """Count that the last answer did not help, as a button below it says; the next question goes by the rules."""
        with self._turnstile(customer).lock:
            now = self._customers.find(customer)
            now = msgspec.structs.replace(now, unsatisfied=now.unsatisfied + 1)
            self._customers.keep(now)
            return now

    def release(self, customer: str) -> bool:
        """Answer a customer again whom a person had taken over; return whether one had."""
        with self._turnstile(customer).lock:
            was = self._customers.find(customer)
            self._customers.keep(Customer(customer))
            return was.handed_over_us > 0

    def forget(self, customer: str) -> bool:
        """Delete all that is remembered of a customer; return whether there was anything."""
        with self._turnstile(customer).lock:
            return self._customers.forget(customer)

    def _turn(self, question: str, customer: Customer, said: list[Said], rule: tuple[Rule, ...]) -> Turn:
        texts = texts_for(question)
        if customer.handed_over_us:
            return Turn(customer, Written(texts.still_with_person), HandOver(FOLLOW_UP))
        discontent = customer.unsatisfied + 1 if rules.is_unsatisfied(question) else customer.unsatisfied
        customer = msgspec.structs.replace(customer, unsatisfied=discontent)
        handed = rules.before(rule, question, customer)
        if handed is not None:
            return Turn(customer, Written(texts.handed_over), handed)
        written = self._written(question, said)
        if written.answered:
            calm = 0 if not rules.is_unsatisfied(question) else discontent
            return Turn(msgspec.structs.replace(customer, misses=0, unsatisfied=calm), written)
        customer = msgspec.structs.replace(customer, misses=customer.misses + 1)
        handed = rules.after(rule, customer)
        return Turn(customer, Written(texts.handed_over) if handed else written, handed)

    def _written(self, question: str, said: list[Said]) -> Written:
        """Return what the writer makes of what is found."""
        looked_up = f"{said[-1].question} {question}" if said and leans_back(question) else question
        written = self._writer.write(Asked(question, self._knowledge.find(looked_up), tuple(said)))
        return written if written.text else Written(texts_for(question).nothing_found, answered=False)

    def _closed(self, question: str, turn: Turn, said: list[Said]) -> Answer:
        """Remember a turn, and hand over where it says so: first the case, since it must not be lost."""
        now_us = self._clock.now_us()
        new = Said(now_us, question, turn.written.text, tuple(dict.fromkeys(each.file for each in turn.written.citations)))
        customer = turn.customer
        if turn.handed is not None:
            self._handing.take(case_of(self._clock.new_id("case_"), customer.id, turn.handed, [*said, new]))
            customer = Customer(customer.id, handed_over_us=customer.handed_over_us or now_us)
        self._customers.keep(customer, new)
        return Answer(turn.written.text, turn.written.citations, turn.handed, self._writer.is_sandbox)

    def _turnstile(self, customer: str) -> Turnstile:
        with self._of_locks:
            found = self._locks.get(customer)
            if found is None:
                found = self._locks[customer] = Turnstile()
            return found


class Turnstile:
    """Lets one question of a customer through at a time; it is gone when nobody waits."""

    __slots__ = ("__weakref__", "lock")

    def __init__(self) -> None:
        """Open."""
        self.lock = Lock()
