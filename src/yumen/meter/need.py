"""What limits want to know of a request before it is sent."""

from __future__ import annotations

import msgspec


class Need(msgspec.Struct, frozen=True):
    """What is asked of a quote, beside the estimate of the input."""

    money: bool
    bound: bool
    """Whether the most that it can cost is wanted."""


TOKENS_ALONE = Need(money=False, bound=False)
