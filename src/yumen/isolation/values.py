"""The nouns of keys of content: an organization's data keys, and the key of keys that each is sealed under."""

from __future__ import annotations

import msgspec

from yumen.errors import OperatorError

KEY_PREFIX = "dk_"
LOCAL_KEY = "content.key"
"""What the key of keys is called that lies in the data folder: the one that is used where no other is named."""


class DataKey(msgspec.Struct, frozen=True):
    """A data key as it is stored. Times are UTC microseconds. Its `repr` shows no key, sealed or not."""

    id: str
    organization_id: str
    wrapped: bytes
    """The key, sealed under a key of keys."""
    wrapped_by: str
    """Under which: its reference and its fingerprint, between them a space."""
    created_us: int
    retired_us: int | None = None
    """Since when a newer one seals; this one opens on."""

    def __repr__(self) -> str:
        """Name the key."""
        return f"DataKey({self.id!r}, {self.wrapped_by!r})"


class Kek(msgspec.Struct, frozen=True):
    """A key of keys: 32 bytes, and where they are kept. Its `repr` shows the place and the fingerprint alone."""

    reference: str
    """A reference of the room of secrets, or `content.key`."""
    key: bytes
    fingerprint: str
    """By which another value is told from this one; nothing of the key follows from it."""

    @property
    def name(self) -> str:
        """What stands in `wrapped_by`."""
        return f"{self.reference} {self.fingerprint}"

    def __repr__(self) -> str:
        """Name the place."""
        return f"Kek({self.name!r})"


class KekUnavailable(OperatorError):  # noqa: N818  (the house's noun for what went wrong)
    """A key of keys cannot be had, or is not the one that is needed: a sentence for the operator, which never holds the key."""


class KekAway(KekUnavailable):
    """It cannot be had now, since what keeps it does not answer: it may later."""


class SealedUnder(msgspec.Struct, frozen=True):
    """What `wrapped_by` says."""

    reference: str
    fingerprint: str


def sealed_under(key: DataKey) -> SealedUnder:
    """Return under which key of keys a data key is sealed."""
    reference, _, fingerprint = key.wrapped_by.rpartition(" ")
    return SealedUnder(reference, fingerprint)
