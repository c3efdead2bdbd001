"""The bodies of the endpoint: what is asked, and what is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from yumen.assistants.support.values import Citation

if TYPE_CHECKING:
    from yumen.assistants.support.values import Answer

CustomerId = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Question = Annotated[str, msgspec.Meta(min_length=1, max_length=8000, pattern=r"\S")]


class Ask(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`POST /answer`."""

    customer: CustomerId
    question: Question


class Which(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`POST /dissatisfied`, `POST /release`, `POST /forget`."""

    customer: CustomerId


class Incoming(msgspec.Struct, frozen=True):
    """`POST /webhook`; other fields of the sender's are passed over."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    customer: CustomerId
    question: Question


class HandedOver(msgspec.Struct, frozen=True):
    """To whom a customer was handed over, and why."""

    reason: str
    to: str


class Answered(msgspec.Struct, frozen=True):
    """An answer."""

    customer: str
    answer: str
    citations: tuple[Citation, ...]
    handed_over: HandedOver | None
    sandbox: bool


class Outgoing(msgspec.Struct, frozen=True):
    """What is posted for an incoming webhook: its id, and the answer."""

    id: str
    customer: str
    question: str
    answer: Answered


def answered(customer: str, answer: Answer) -> Answered:
    """Return an answer as a body."""
    handed = answer.handed_over
    over = None if handed is None else HandedOver(handed.reason, handed.to)
    return Answered(customer, answer.text, answer.citations, over, answer.sandbox)
