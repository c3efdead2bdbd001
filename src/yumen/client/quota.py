"""What the server said last of its limits."""

from __future__ import annotations


class Quota:
    """The server's limits, as its answers say them."""
