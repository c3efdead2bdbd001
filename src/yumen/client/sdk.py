"""The official SDK, as new as is needed: the first release whose clients take middleware."""

from __future__ import annotations

import re

from yumen.errors import OperatorError

OLDEST = (0, 108)
"""Releases before have no middleware, and a client of ours is made of it."""


def check_sdk() -> None:
    """Load the SDK. Raises OperatorError where it is too old."""
    import anthropic  # noqa: PLC0415  (it costs a second: whoever makes a client pays)

    check_release(anthropic.__version__)


def check_release(release: str) -> None:
    """Raise OperatorError for a release that has not what a client stands on."""
    numbers = tuple(int(number) for number in re.findall(r"\d+", release)[:2])
    if numbers < OLDEST:
        raise OperatorError(
            "anthropic {release} is too old for yumen.Claude: pip install 'anthropic>={oldest}'",
            release=release,
            oldest=".".join(map(str, OLDEST)),
        )
