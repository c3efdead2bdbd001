"""The same numbers for OpenTelemetry, where it is installed: its metrics of generative AI, by their conventional names."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from yumen.client.metering import Account

MS_PER_S = 1000
DURATIONS_S = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
TOKENS = (1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864)
"""The bounds of both histograms, as the conventions have them."""


@cache
def instruments() -> tuple[Callable[..., None], Callable[..., None]] | None:
    """Return what records durations and tokens; None where OpenTelemetry is not installed. Its own settings say where they go."""
    try:
        from opentelemetry.metrics import get_meter  # noqa: PLC0415  (an optional extra)
    except ImportError:
        return None
    meter = get_meter("yumen")
    durations = meter.create_histogram(
        "gen_ai.client.operation.duration", "s", "GenAI operation duration.", explicit_bucket_boundaries_advisory=DURATIONS_S
    )
    tokens = meter.create_histogram(
        "gen_ai.client.token.usage", "{token}", "Number of input and output tokens used.", explicit_bucket_boundaries_advisory=TOKENS
    )
    return durations.record, tokens.record


def record(account: Account, host: str, port: int) -> None:
    """Record one call of a model."""
    found = instruments() if account.asking.endpoint.billable else None
    if found is None:
        return
    record_duration, record_tokens = found
    attributes = attributes_of(account, host, port)
    error = {} if account.error is None else {"error.type": account.error}
    record_duration(account.response_time_ms / MS_PER_S, attributes | error)
    if account.usage is not None:
        record_tokens(account.usage.prompt_tokens, attributes | {"gen_ai.token.type": "input"})
        record_tokens(account.usage.output_tokens, attributes | {"gen_ai.token.type": "output"})


def attributes_of(account: Account, host: str, port: int) -> dict[str, Any]:
    """Return what a measurement is told apart by."""
    named = {"gen_ai.request.model": account.asking.model, "gen_ai.response.model": account.model}
    fixed = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "anthropic", "server.address": host, "server.port": port}
    return fixed | {name: value for name, value in named.items() if value is not None}
