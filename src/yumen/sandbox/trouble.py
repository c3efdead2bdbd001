"""Faults on demand: what the `x-sandbox-…` headers of a request ask for, joined with what a rule says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote

import msgspec

from yumen.sandbox.answer import Refusal, invalid
from yumen.sandbox.rules import ErrorReply, Trouble

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "x-sandbox-"
STOP_REASONS = ("end_turn", "max_tokens", "stop_sequence", "tool_use", "pause_turn", "refusal", "model_context_window_exceeded")
RUBBISH = ("body", "event", "http")

_DEFAULTS: Mapping[int, tuple[str, str]] = {
    400: ("invalid_request_error", "The sandbox was asked to refuse this request."),
    401: ("authentication_error", "invalid x-api-key"),
    402: ("billing_error", "There is a problem with your billing or payment information."),
    403: ("permission_error", "Your API key does not have permission to use the specified resource."),
    404: ("not_found_error", "The requested resource could not be found."),
    408: ("timeout_error", "Request timeout"),
    409: ("conflict_error", "The request conflicts with the current state of the resource."),
    413: ("request_too_large", "Request exceeds the maximum size"),
    429: ("rate_limit_error", "This request would exceed your account's rate limit. Please try again later."),
    500: ("api_error", "Internal server error"),
    504: ("timeout_error", "Request timeout"),
    529: ("overloaded_error", "Overloaded"),
}


class Wishes(msgspec.Struct, frozen=True):
    """What the headers of one request ask of the sandbox."""

    error: ErrorReply | None = None
    trouble: Trouble = Trouble()
    times: int | None = None
    """The fault holds for the first so many comings of the same request."""
    seed: int | None = None
    text: str | None = None
    stop_reason: str | None = None
    batch_ms: float | None = None
    downloadable: bool = False

    def after(self, repetition: int) -> Wishes:
        """Return what still holds when the request came that often before."""
        if self.times is None or repetition < self.times:
            return self
        return msgspec.structs.replace(self, error=None, trouble=Trouble())


class HeaderWishes(msgspec.Struct, frozen=True, rename=lambda name: PREFIX + name.replace("_", "-"), forbid_unknown_fields=True):
    """The headers themselves, as they are documented."""

    status: int | None = None
    error_type: str | None = None
    error_message: str | None = None
    retry_after: float | None = None
    should_retry: bool | None = None
    times: int | None = None
    first_byte_ms: float = 0
    token_ms: float = 0
    error_after: int | None = None
    cut_after: int | None = None
    rubbish: Literal["body", "event", "http"] | None = None
    seed: int | None = None
    text: str | None = None
    stop_reason: (
        Literal["end_turn", "max_tokens", "stop_sequence", "tool_use", "pause_turn", "refusal", "model_context_window_exceeded"] | None
    ) = None
    batch_ms: float | None = None
    downloadable: bool = False


def read_wishes(headers: list[tuple[bytes, bytes]]) -> Wishes | Refusal:
    """Read the headers of a request; a name or a value that is not known is refused, so that a typing error is seen."""
    found = {name: value.decode("latin-1") for key, value in headers if (name := key.decode("latin-1").lower()).startswith(PREFIX)}
    if not found:
        return Wishes()
    try:
        asked = msgspec.convert(found, HeaderWishes, strict=False)
    except msgspec.ValidationError as error:
        return invalid(f"{PREFIX}… header: {error}")
    if asked.status is not None and not 400 <= asked.status <= 599:  # noqa: PLR2004  (the error statuses)
        return invalid(f"{PREFIX}status: Input should be between 400 and 599")
    return _wishes(asked)


def _wishes(asked: HeaderWishes) -> Wishes:
    error = None
    if asked.status is not None:
        error = ErrorReply(asked.status, asked.error_type, _decoded(asked.error_message), asked.retry_after, asked.should_retry)
    trouble = Trouble(asked.first_byte_ms, asked.token_ms, asked.error_after, asked.cut_after, asked.rubbish)
    return Wishes(
        error, trouble, asked.times, asked.seed, _decoded(asked.text), asked.stop_reason, asked.batch_ms, downloadable=asked.downloadable
    )


def _decoded(value: str | None) -> str | None:
    """Header values are percent-encoded UTF-8, so that they can hold any text."""
    return None if value is None else unquote(value)


def refusal_of(error: ErrorReply) -> Refusal:
    """Return the refusal that an error of a rule or of a header asks for."""
    fallback = ("api_error", "Internal server error") if error.status >= 500 else _DEFAULTS[400]  # noqa: PLR2004  (server errors)
    error_type, message = _DEFAULTS.get(error.status, fallback)
    return Refusal(
        error.status,
        error.type or error_type,
        error.message or message,
        retry_after_s=error.retry_after_s,
        should_retry=error.should_retry,
    )


def joined(rule: Trouble, header: Trouble) -> Trouble:
    """Join what a rule and the headers ask for; the headers win."""
    default = Trouble()
    chosen = {
        field: wish if (wish := getattr(header, field)) != getattr(default, field) else getattr(rule, field)
        for field in Trouble.__struct_fields__
    }
    return Trouble(**chosen)
