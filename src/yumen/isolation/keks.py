"""Keys of keys: which one seals an organization's data keys, and which of those that can be had opens one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from yumen.isolation.values import LOCAL_KEY, Kek, KekUnavailable, sealed_under
from yumen.isolation.wrapping import kek_of

if TYPE_CHECKING:
    from yumen.isolation.values import DataKey

Fetch = Callable[[str], Awaitable[str]]
"""Returns the text that a reference of the room of secrets leads to. Raises KekUnavailable."""


class LocalKey(Protocol):
    """The key of keys in the data folder."""

    def read(self) -> str | None:
        """Return its text; None where there is none yet. Raises KekUnavailable."""

    def make(self) -> str:
        """Make it, unless another process was first, and return its text. Raises KekUnavailable."""


class Keks:
    """Every key of keys that can be had. None is remembered: each is fetched when a data key is to be opened or made."""

    def __init__(self, fetch: Fetch, local: LocalKey, reference: str | None) -> None:
        """Fetch so; `reference` is the gateway's own one, None: the key in the data folder."""
        self._fetch = fetch
        self._local = local
        self.reference = reference or LOCAL_KEY

    async def of(self, reference: str) -> Kek:
        """Return the key of keys at a reference. Raises KekUnavailable where it cannot be had, or is too weak."""
        if reference != LOCAL_KEY:
            return kek_of(reference, await self._fetch(reference))
        text = self._local.read()
        if text is None:
            raise KekUnavailable(
                "{reference} is missing in the data folder: bring back the one that was there, or set encryption.key", reference=LOCAL_KEY
            )
        return kek_of(LOCAL_KEY, text)

    async def opening(self, key: DataKey, references: Sequence[str]) -> Kek:
        """Return the key of keys that a data key is sealed under: of those references, the gateway's own, and the data folder's.

        Raises KekUnavailable where it is none of them.
        """
        wanted, found = sealed_under(key), list[str]()
        faults = list[KekUnavailable]()
        tried = dict.fromkeys((*references, self.reference, LOCAL_KEY))
        for reference in sorted(tried, key=lambda one: one != wanted.reference):
            try:
                kek = await self.of(reference)
            except KekUnavailable as fault:
                faults.append(fault)
                continue
            if kek.fingerprint == wanted.fingerprint:
                return kek
            found.append(kek.name)
        if faults and wanted.reference in tried and not any(name.startswith(f"{wanted.reference} ") for name in found):
            raise faults[0]
        raise KekUnavailable(
            "the data key {id} was sealed under {wanted}, and here is {found}: set encryption.key to the same reference on every machine, "
            "or run yumen organizations keys rewrap with --from and where that key is now",
            id=key.id,
            wanted=key.wrapped_by,
            found=", ".join(found) or "-",
        )

    async def sealing(self, reference: str | None, known: Sequence[DataKey]) -> Kek:
        """Return the key of keys for a new data key; `known` are the data keys of all organizations.

        Raises KekUnavailable where it is another one than theirs by the same name, since then each machine would have its own.
        """
        kek = await self.current(reference, known)
        theirs = {under.fingerprint for key in known if (under := sealed_under(key)).reference == kek.reference}
        if theirs and kek.fingerprint not in theirs:
            raise KekUnavailable(
                "{reference} is another key here than the one of this database: set encryption.key to the same reference on every machine",
                reference=kek.reference,
            )
        return kek

    async def current(self, reference: str | None, known: Sequence[DataKey]) -> Kek:
        """Return the key of keys at that reference, or the gateway's own one. The data folder's is made if none is known by its name.

        Raises KekUnavailable.
        """
        name = reference or self.reference
        is_new = name == LOCAL_KEY and not any(sealed_under(key).reference == name for key in known)
        if is_new and self._local.read() is None:
            return kek_of(name, self._local.make())
        return await self.of(name)
