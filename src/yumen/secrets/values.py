"""The nouns of secrets: a reference, and what a store gave for it."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol, runtime_checkable

import msgspec

PLACES = {"env": "environment", "file": "file", "aws-sm": "AWS Secrets Manager", "vault": "Vault"}


class Reference(msgspec.Struct, frozen=True):
    """Where a secret is kept: `env:NAME`, `file:PATH`, `aws-sm:SECRET_ID[#FIELD]`, `vault:MOUNT/PATH#FIELD`."""

    kind: str
    name: str
    field: str | None = None

    @property
    def source(self) -> str:
        """What the place is called where people read it."""
        name = str(self).partition(":")[2]
        return f"{PLACES.get(self.kind, self.kind)} {name}"

    @property
    def local(self) -> bool:
        """Whether it is on this machine, so that what fails today fails tomorrow."""
        return self.kind in ("env", "file")

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" + (f"#{self.field}" if self.field is not None else "")


class Stage(StrEnum):
    """Which value of a secret is meant: while it is rotated it has several. Only CURRENT is served; the others are for a refusal."""

    CURRENT = "current"
    PENDING = "pending"
    """The next one: the upstream may take it already, while the store still calls the old one current."""
    PREVIOUS = "previous"
    """The one before: the upstream may not take the current one yet."""


class About(msgspec.Struct, frozen=True):
    """What a store says of a value beside it: its version, and since when it has it (UTC)."""

    version: str
    since: str


class NoSecret(Exception):  # noqa: N818  (the house's noun for what went wrong)
    """A secret cannot be had: a sentence with places and what stands in them, never the secret's value. It has a twin in Chinese."""

    def __init__(self, sentence: str, **values: object) -> None:
        """Take the sentence and its values, as `OperatorError` does."""
        super().__init__(sentence.format(**values) if values else sentence)
        self.sentence = sentence
        self.values = values


class SecretMissing(NoSecret):
    """The store answers, and has no such secret, or we may not read it: somebody must act."""


class SecretForbidden(SecretMissing):
    """The store answers, and does not let us read the secret: its policy, or what we log in with, must change."""


class Unfit(SecretMissing):
    """The store answers, but what it holds cannot be used."""

    def __init__(self, sentence: str, source: str) -> None:
        """Take the sentence, with the place of the source."""
        super().__init__(sentence, source=source)


class StoreUnavailable(NoSecret):
    """The store does not answer, or limits us: it may answer later."""


class Source(Protocol):
    """One kind of store. It blocks, so whoever serves calls it in a thread."""

    def fetch(self, reference: Reference, stage: Stage = Stage.CURRENT) -> str:
        """Return the secret's text as it is stored. A store that keeps no other value than the current one has the other stages missing.

        Raises SecretMissing and StoreUnavailable, and nothing else.
        """


@runtime_checkable
class Tells(Protocol):
    """A store that says more of a value than the value."""

    def about(self, reference: Reference) -> About | None:
        """Return what it said of the current value when it last gave it; None: nothing."""
