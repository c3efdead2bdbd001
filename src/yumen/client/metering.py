"""One line for each call, and its numbers: prompt length, response time, tokens, cost, attempts. Never a word of its content, nor a key."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import msgspec

from yumen.claude import OTHER, Endpoint, Usage, estimate_request, find_endpoint
from yumen.client.too_long import words_of
from yumen.limits.values import Actual

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yumen.claude import Tap
    from yumen.exchange.values import Cost

NS_PER_MS = 1_000_000
NANO_PER_DOLLAR = 10**9
PROMPT = ("system", "messages")
log = logging.getLogger("yumen")


class Asking(msgspec.Struct, frozen=True):
    """What a call asks, as far as it is counted."""

    endpoint: Endpoint
    method: str
    path: str
    model: str | None
    prompt_length: int
    """Characters of the text in the system prompt and the messages."""
    prompt_tokens: int
    """Of all that the model reads, tools too: estimated."""


class Account(msgspec.Struct, frozen=True):
    """What became of it."""

    asking: Asking
    status: int | None
    """None: no answer came."""
    attempts: int
    response_time_ms: int
    """From its first attempt to the answer's last byte, pauses and waiting for limits included."""
    request_id: str | None = None
    model: str | None = None
    """The model that answered."""
    stop_reason: str | None = None
    usage: Usage | None = None
    estimated_output: int | None = None
    """Where the answer's own usage did not come."""
    cost_nanousd: int | None = None
    """By the published prices; None: the model has none, or nothing was charged."""
    error: str | None = None
    """The error's kind, where there is no whole answer."""


def asking_of(method: str, url: str, body: object) -> Asking:
    """Return what is counted of a request."""
    path = url.split("?", 1)[0]
    match = find_endpoint(method, path)
    endpoint = OTHER if match is None else match.endpoint
    if not isinstance(body, dict) or not (endpoint.billable or endpoint.name == "count_tokens"):
        return Asking(endpoint, method, path, None, 0, 0)
    model = body.get("model")
    model = model if isinstance(model, str) else None
    texts = [text for name in PROMPT for text in words_of(body.get(name))]
    tokens = estimate_request([*texts, *words_of(body.get("tools"))], model)
    return Asking(endpoint, method, path, model, sum(map(len, texts)), tokens)


def account_of(asking: Asking, known: Account, tap: Tap, cost: Cost | None) -> Account:
    """Return an account with what was read of the answer."""
    return msgspec.structs.replace(
        known,
        model=tap.model or asking.model,
        stop_reason=tap.stop_reason,
        usage=tap.usage,
        estimated_output=None if tap.complete and tap.usage is not None else tap.output_estimate(),
        cost_nanousd=None if cost is None else cost.nanousd,
        error=known.error or tap.error_type,
    )


def actual_of(account: Account) -> Actual | None:
    """Return what settles the call's limits; None: nobody knows, so what was reserved stays counted."""
    usage = account.usage
    if usage is None:
        return Actual(requests=1) if account.status is not None and account.error is not None else None
    output = max(usage.output_tokens, account.estimated_output or 0)
    return Actual(1, usage.input_tokens + usage.cache_write_tokens, output, account.cost_nanousd or 0)


def fields_of(account: Account) -> dict[str, Any]:
    """Return the numbers by their names; what is not known is left out."""
    usage, asking = account.usage, account.asking
    fields: dict[str, Any] = {
        "endpoint": f"{asking.method} {asking.path}",
        "model": account.model or asking.model,
        "status": account.status,
        "attempts": account.attempts,
        "prompt_length": asking.prompt_length if asking.model else None,
        "prompt_tokens_estimated": asking.prompt_tokens if asking.model else None,
        "response_time_ms": account.response_time_ms,
    }
    if usage is not None:
        fields |= {
            "input_tokens": usage.input_tokens,
            "output_tokens": usage.output_tokens,
            "cache_read_tokens": usage.cache_read_tokens or None,
            "cache_write_tokens": usage.cache_write_tokens or None,
            "output_tokens_estimated": account.estimated_output,
        }
    cost = None if account.cost_nanousd is None else f"{account.cost_nanousd / NANO_PER_DOLLAR:.6f}"
    fields |= {"cost_usd": cost, "stop_reason": account.stop_reason, "error": account.error, "request_id": account.request_id}
    return {name: value for name, value in fields.items() if value is not None}


def line_of(fields: Mapping[str, Any]) -> str:
    """Return them as one line."""
    return " ".join(f"{name}={json_text(value) if ' ' in str(value) else value}" for name, value in fields.items())


def json_text(value: object) -> str:
    """Return a value with white space in quotes."""
    return msgspec.json.encode(str(value)).decode()


def write(account: Account) -> None:
    """Write the line, with the numbers beside it for whoever logs in a form of his own (`record.yumen`)."""
    if log.isEnabledFor(logging.INFO):
        fields = fields_of(account)
        log.info("%s", line_of(fields), extra={"yumen": fields})
