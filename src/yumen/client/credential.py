"""The key that a client sends: fetched by its reference, trimmed, fetched once more when it is refused, and shown to nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.client.forking import ForkLock

if TYPE_CHECKING:
    from collections.abc import Callable


class Credential:
    """A key and where it came from. Copies of a client share it, so that one renewal serves them all."""

    def __init__(self, value: str | None, source: str, fetch: Callable[[], str] | None = None, *, token: str | None = None) -> None:
        """Hold a key; None: the SDK has a credential of its own. `fetch` blocks, and returns the key as its store has it now."""
        self.source = source
        """What the place is called where people read it."""
        self.token = token
        """A bearer token that is sent instead of a key."""
        self._value = value
        self._fetch = fetch
        self._lock = ForkLock()

    @property
    def value(self) -> str | None:
        """The key as it is sent."""
        return self._value

    @property
    def renewable(self) -> bool:
        """Whether a refused key can be fetched anew."""
        return self._fetch is not None

    def renew(self, refused: str | None) -> str | None:
        """Return another key than the one that was refused, fetched now unless somebody just did; None: there is none. It blocks."""
        with self._lock:
            if self._value != refused or self._fetch is None:
                return self._value if self._value != refused else None
            fetched = self._fetch()
            if fetched == refused:
                return None
            self._value = fetched
            return fetched

    def replace(self, value: str | None, source: str) -> None:
        """Take another key, which the program has from somewhere: nothing is fetched any more."""
        with self._lock:
            self._value, self._fetch, self.source = value, None, source

    def __repr__(self) -> str:
        return f"Credential(from {self.source})"
