"""What the plan of a conversation's turn asks for, each as a value; `conversing.py` does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from anthropic.types import ToolUseBlock

    from yumen.client.call import Call
    from yumen.sessions import Closing, Mine, Opening


@dataclass(frozen=True, slots=True)
class Find:
    """Return the session of that name, or None."""

    name: str


@dataclass(frozen=True, slots=True)
class Begin:
    """Open a turn, once it is its turn; return what was begun, and its own name for it."""

    name: str
    make: Callable[[int, int], Opening]


@dataclass(frozen=True, slots=True)
class Send:
    """Ask Claude; return the reply. A quiet one is not the program's to read."""

    call: Call
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """Return the exact tokens of a prompt; None where nobody can be asked."""

    call: Call


@dataclass(frozen=True, slots=True)
class Run:
    """Call tools; return their results, in their order."""

    uses: tuple[ToolUseBlock, ...]


@dataclass(frozen=True, slots=True)
class Grow:
    """Take down a longer question."""

    mine: Mine
    question: bytes


@dataclass(frozen=True, slots=True)
class Drop:
    """Leave the turns up to that number out of the history."""

    session_id: str
    up_to: int
    summary: bytes | None


@dataclass(frozen=True, slots=True)
class Finish:
    """End the turn; return whether it counts. `closing` is told the time."""

    mine: Mine
    closing: Callable[[int], Closing]


Step = Find | Begin | Send | Count | Run | Grow | Drop | Finish
