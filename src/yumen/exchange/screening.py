"""What the spine asks of the policy that a request is under: to look at its answer, and to give the caller's own values back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from yumen.exchange.edits import Edit


class Screening(Protocol):
    """How one answer is screened and restored. Both raise `PolicyBlocked` where nothing of the answer may go on."""

    screen: Edit | None
    """Drops or replaces what a rule forbids; None: no rule is for answers."""
    restore: Edit | None
    """Puts the caller's own values back for their placeholders; None: none was replaced."""


class Listener(Protocol):
    """Somebody who hears an answer as the upstream gave it: screened, and with the placeholders still in it."""

    must_read: bool
    """Whether an answer that cannot be read, being compressed, ends in an error."""

    def listen(self, status: int, *, stream: bool) -> Callable[[bytes], None] | None:
        """Begin to hear an answer, and return what takes its bytes; None where it does not care for this one."""
