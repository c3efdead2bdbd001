"""Answers what never became an exchange (bad HTTP, too many connections) in Claude's shape too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.exchange import error_answer

if TYPE_CHECKING:
    from yumen.clock import Clock
    from yumen.errors import Fault
    from yumen.http import Headers, Refusal


def refuse(clock: Clock) -> Refusal:
    """Return the refusal of a server whose callers speak Claude's API."""

    def answer(fault: Fault) -> tuple[int, Headers, bytes]:
        return error_answer(fault, clock.new_id("req_"))

    return answer
