"""Where conversations are kept, by all processes together: one protocol to hold them, one to look at them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection

    from yumen.sessions.values import Begun, Busy, Closing, Found, Listed, Mine, Opening, Session, Turn


class SessionStore(Protocol):
    """Takes down turns, one at a time in each session. Each method raises `DatabaseUnavailable` where the database does not answer."""

    async def begin(self, owner: str, name: str, opening: Opening) -> Begun | Busy:
        """Open a turn, and the session if it is new, unless another turn of it has a live lease. A turn whose lease is over is broken."""

    async def renew(self, held: Collection[Mine], lease_until_us: int) -> None:
        """Prolong the leases of turns that are under way."""

    async def grow(self, mine: Mine, question: bytes) -> bool:
        """Write a longer question for a turn that is under way; return whether it still is."""

    async def finish(self, mine: Mine, closing: Closing) -> bool:
        """End a turn; return whether it still was under way. If not, its answer is kept beside it and does not count.

        Doing it twice changes nothing.
        """

    async def drop(self, session_id: str, up_to: int, summary: bytes | None) -> None:
        """Leave the turns up to a number out of the history from now on. With a summary, it stands for them and for the one before it.

        Only for whoever has a turn under way: nobody else reads the history meanwhile.
        """


class SessionShelf(Protocol):
    """Shows what is kept of one owner, and what is another's never. Raises as the store does."""

    async def find(self, owner: str, name: str) -> Session | None:
        """Return a session without its turns; None where there is no such session."""

    async def read(self, owner: str, name: str) -> tuple[Session, tuple[Turn, ...]] | None:
        """Return a session and every turn of it, oldest first; None where there is no such session."""

    async def every(self, owner: str, at_most: int, after: str | None = None) -> list[Listed]:
        """Return sessions, the last used first; `after` is the id of the last one that was seen."""

    async def search(self, owner: str, text: str, at_most: int) -> list[Found]:
        """Return turns whose text contains that text (letters of ASCII in either case), the newest first."""


class SessionKeeper(Protocol):
    """Copies and deletes whole sessions. Raises as the store does."""

    async def fork(self, source: Session, copy: Session) -> bool:
        """Write a copy of a session and of its finished turns; return False where its owner has one of its name already.

        What the turns used stays the source's: in the copy it counts nothing.
        """

    async def delete(self, owner: str, name: str) -> bool:
        """Delete a session with its turns; return whether there was one."""


class SessionPurge(Protocol):
    """Forgets what nobody has used for long. Raises as the store does."""

    async def purge(self, unused_since_us: int, at_most: int) -> int:
        """Delete that many sessions at most whose last turn began or ended before; return how many there were.

        The library's stay, whose users delete them themselves.
        """
