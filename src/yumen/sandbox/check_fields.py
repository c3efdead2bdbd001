"""Checks of the fields of a Messages body: which must be there, of which type, within which bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.sandbox.reading import mapping, number, sequence, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from yumen.sandbox.setting import Setting

MAX_MESSAGES = 100_000
MAX_USER_ID = 512

_CHOICES: Mapping[str, tuple[str, ...]] = {
    "service_tier": ("auto", "standard_only"),
    "speed": ("standard", "fast"),
}
_BOUNDS: Mapping[str, tuple[float, float | None]] = {"temperature": (0, 1), "top_p": (0, 1), "top_k": (0, None)}


def missing(path: str) -> str:
    """Say that a field is missing."""
    return f"{path}: Field required"


def choice_of(path: str, choices: tuple[str, ...]) -> str:
    """Say which values a field takes."""
    *first, last = (f"'{choice}'" for choice in choices)
    return f"{path}: Input should be {', '.join(first)} or {last}" if first else f"{path}: Input should be {last}"


def check_fields(body: dict[str, object], setting: Setting) -> Iterator[str]:
    """Yield what is wrong with the top level."""
    yield from _check_model(body)
    if not setting.counting:
        yield from _check_max_tokens(body, setting)
    yield from _check_messages(body)
    yield from _check_scalars(body)
    yield from _check_stop_sequences(body)


def _check_model(body: dict[str, object]) -> Iterator[str]:
    if "model" not in body:
        yield missing("model")
    elif not isinstance(body["model"], str):
        yield "model: Input should be a valid string"
    elif not body["model"]:
        yield "model: String should have at least 1 character"


def _check_max_tokens(body: dict[str, object], setting: Setting) -> Iterator[str]:
    least = 1 if setting.batched else 0
    value = whole(body.get("max_tokens"))
    if "max_tokens" not in body:
        yield missing("max_tokens")
    elif value is None:
        yield "max_tokens: Input should be a valid integer"
    elif value < least:
        yield f"max_tokens: Input should be greater than or equal to {least}"
    elif setting.model is not None and value > setting.model.max_tokens and not _longer_output(setting):
        most = setting.model.max_tokens
        yield f"max_tokens: {value} > {most}, which is the maximum allowed number of output tokens for {body.get('model')}"


def _longer_output(setting: Setting) -> bool:
    return any(beta.startswith("output-") for beta in setting.betas)


def _check_messages(body: dict[str, object]) -> Iterator[str]:
    messages = body.get("messages")
    if "messages" not in body:
        yield missing("messages")
    elif not isinstance(messages, list):
        yield "messages: Input should be a valid list"
    elif not messages:
        yield "messages: at least one message is required"
    elif len(messages) > MAX_MESSAGES:
        yield f"messages: List should have at most {MAX_MESSAGES} items after validation, not {len(messages)}"


def _check_scalars(body: dict[str, object]) -> Iterator[str]:
    if not isinstance(body.get("stream", False), bool | None):
        yield "stream: Input should be a valid boolean"
    for name, choices in _CHOICES.items():
        if body.get(name) is not None and body[name] not in choices:
            yield choice_of(name, choices)
    for name, (low, high) in _BOUNDS.items():
        yield from _check_number(name, body.get(name), low, high)
    user_id = mapping(body.get("metadata")).get("user_id")
    if isinstance(user_id, str) and len(user_id) > MAX_USER_ID:
        yield f"metadata.user_id: String should have at most {MAX_USER_ID} characters"


def _check_number(name: str, raw: object, low: float, high: float | None) -> Iterator[str]:
    if raw is None:
        return
    value = number(raw)
    if value is None:
        yield f"{name}: Input should be a valid number"
    elif value < low:
        yield f"{name}: Input should be greater than or equal to {low}"
    elif high is not None and value > high:
        yield f"{name}: Input should be less than or equal to {high}"


def _check_stop_sequences(body: dict[str, object]) -> Iterator[str]:
    if not isinstance(body.get("stop_sequences"), list | None):
        yield "stop_sequences: Input should be a valid list"
    for place, stop in enumerate(sequence(body.get("stop_sequences"))):
        if not isinstance(stop, str):
            yield f"stop_sequences.{place}: Input should be a valid string"
        elif not stop.strip():
            yield "stop_sequences: each stop sequence must contain non-whitespace"
