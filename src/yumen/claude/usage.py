"""What an answer used: token counts, as Claude reports them."""

from __future__ import annotations

import msgspec

COUNTS = (
    "input_tokens",
    "output_tokens",
    "cache_read_tokens",
    "cache_write_5m_tokens",
    "cache_write_1h_tokens",
    "thinking_tokens",
    "web_search_requests",
)
"""The fields of a usage that are counts."""


class Usage(msgspec.Struct, frozen=True):
    """Counts of tokens (and of server tools' uses) of one answer, zero where Claude said nothing.

    `input_tokens` excludes what was read from or written to the cache, as in Claude's own `usage`.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_5m_tokens: int = 0
    cache_write_1h_tokens: int = 0
    thinking_tokens: int = 0
    web_search_requests: int = 0
    service_tier: str | None = None
    speed: str | None = None
    inference_geo: str | None = None

    @property
    def cache_write_tokens(self) -> int:
        """Tokens written to the cache, of both lifetimes."""
        return self.cache_write_5m_tokens + self.cache_write_1h_tokens

    @property
    def prompt_tokens(self) -> int:
        """All input: fresh, read from the cache and written to it."""
        return self.input_tokens + self.cache_read_tokens + self.cache_write_tokens
