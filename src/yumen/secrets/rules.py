"""What a secret's text is worth: what sticks to it is cut off, and what cannot be used is named without being shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from enum import StrEnum
from typing import NamedTuple

import msgspec

BOM = "\ufeff"
QUOTES = ("'", '"', "`", "\u2018", "\u201c")
OWN_KEY = "yk-"
CLAUDES_KEY = "sk-ant-"

_SENDABLE = re.compile(r"[\x21-\x7e]+")
_PLACEHOLDER = re.compile(r"(?i).*(your|my|<|xxx|\.\.\.|…|api[-_]key|placeholder|changeme)")


class Flaw(StrEnum):
    """Why a text cannot be used: a sentence with the place of its source."""

    EMPTY = "the secret of {source} is empty"
    QUOTED = "the secret of {source} stands in quotes: remove them"
    OBJECT = "the secret of {source} is a JSON object: name one of its fields with #FIELD"
    UNSENDABLE = "the secret of {source} cannot be a key: it has spaces or strange characters in it"
    OWN = "the secret of {source} is a key of this gateway, not one of Claude's"


class Remark(StrEnum):
    """What the operator should know of a text that is used all the same: a sentence with the place of its source."""

    TRIMMED = "the secret of {source} has white space around it, which was cut off"
    UNLIKE = "the secret of {source} does not look like a key of Claude's (sk-ant-…)"


class Judged(NamedTuple):
    """A secret's text as it is used, with what is to be said of it. With a flaw it is not used."""

    value: str
    flaw: Flaw | None = None
    remarks: tuple[Remark, ...] = ()


Judge = Callable[[str], Judged]


def judge_text(text: str) -> Judged:
    """Judge a password or the like: it may hold anything, but is not nothing."""
    value, remarks = trimmed(text)
    return Judged(value, None if value else Flaw.EMPTY, remarks)


def judge_key(text: str) -> Judged:
    """Judge a key that is sent in a header."""
    value, remarks = trimmed(text)
    return Judged(value, flaw_of_key(value), remarks)


def judge_claudes_key(text: str) -> Judged:
    """Judge a key that is sent to Claude's own address."""
    judged = judge_key(text)
    if judged.flaw is None and judged.value.startswith(OWN_KEY):
        return judged._replace(flaw=Flaw.OWN)
    if judged.value.startswith(CLAUDES_KEY) and not _PLACEHOLDER.match(judged.value):
        return judged
    return judged._replace(remarks=(*judged.remarks, Remark.UNLIKE))


def trimmed(text: str) -> tuple[str, tuple[Remark, ...]]:
    """Return a text without what sticks to it. The line's end that an editor puts at the end of a file is nothing to speak of."""
    value = text.strip().strip(BOM).strip()
    said = value != text.removesuffix("\n").removesuffix("\r")
    return value, (Remark.TRIMMED,) if said else ()


def flaw_of_key(value: str) -> Flaw | None:
    """Return why that cannot be a key."""
    if not value:
        return Flaw.EMPTY
    if is_object(value):
        return Flaw.OBJECT
    if value[0] in QUOTES and not value[-1].isalnum():
        return Flaw.QUOTED
    return None if _SENDABLE.fullmatch(value) else Flaw.UNSENDABLE


def is_object(value: str) -> bool:
    """Whether that is a JSON object: a secret with several fields, of which none was named."""
    if not value.startswith("{"):
        return False
    try:
        return isinstance(msgspec.json.decode(value), dict)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return False


def first_other(values: Sequence[str], refused: Collection[str]) -> str | None:
    """Return the first value that the upstream has not refused."""
    return next((value for value in values if value not in refused), None)
