"""The lines of the log, pure: what is said of one API call and of anything else, as text or as JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

import msgspec

_encode = msgspec.json.Encoder(decimal_format="number").encode


class Form(StrEnum):
    """The form of the lines."""

    TEXT = "text"
    JSON = "json"


class CallLine(msgspec.Struct, frozen=True, gc=False):
    """What the log says of one API call: numbers and names, nothing that was said."""

    time_us: int
    request_id: str
    key_id: str | None
    environment: str | None
    endpoint: str
    model: str | None
    stream: bool
    status: int
    outcome: str
    fault: str | None
    prompt_characters: int
    input_tokens: int
    output_tokens: int
    cost_nanousd: int | None
    ttft_us: int | None
    duration_us: int


class Message(msgspec.Struct, frozen=True, gc=False):
    """What else the log says."""

    time_us: int
    level: str
    logger: str
    text: str


class Written(msgspec.Struct, frozen=True, gc=False):
    """Lines that a worker has written already, in their form and without secrets."""

    time_us: int
    text: str


def as_text(line: CallLine | Message) -> str:
    """Return the line in the form `2026-11-22 23:18:00,123 - INFO - API call: prompt_length=12, response_time=834ms, …`."""
    if isinstance(line, Message):
        return f"{local_time(line.time_us)} - {line.level} - {line.text}"
    cost = "unknown" if line.cost_nanousd is None else f"{line.cost_nanousd / 1000:g}"
    return (
        f"{local_time(line.time_us)} - {level_of(line)} - API call: prompt_length={line.prompt_characters}, "
        f"response_time={round_ms(line.duration_us)}ms, model={plain(line.model)}, status={line.status}, outcome={line.outcome}, "
        f"request_id={line.request_id}, key={line.key_id or '-'}, environment={line.environment or '-'}, endpoint={line.endpoint}, "
        f"stream={'yes' if line.stream else 'no'}, input_tokens={line.input_tokens}, output_tokens={line.output_tokens}, "
        f"cost_microusd={cost}" + (f", fault={line.fault}" if line.fault else "")
    )


def as_json(line: CallLine | Message) -> str:
    """Return the line as one JSON object."""
    fields: dict[str, Any] = {"time": utc_time(line.time_us)}
    if isinstance(line, Message):
        fields |= {"level": line.level, "message": line.text, "logger": line.logger}
    else:
        fields |= {"level": level_of(line), "message": "API call", "prompt_length": line.prompt_characters}
        fields |= {name: getattr(line, name) for name in SAME}
        fields |= {
            "response_time_ms": round_ms(line.duration_us),
            "ttft_ms": None if line.ttft_us is None else round_ms(line.ttft_us),
            "cost_microusd": None if line.cost_nanousd is None else Decimal(line.cost_nanousd) / 1000,
        }
    return _encode(fields).decode()


SAME = (
    "model",
    "status",
    "outcome",
    "fault",
    "request_id",
    "key_id",
    "environment",
    "endpoint",
    "stream",
    "input_tokens",
    "output_tokens",
)

FIRST_SERVER_ERROR = 500


def level_of(line: CallLine) -> str:
    """Return how loud a call's line is: a failure that is not the caller's is a warning."""
    return "WARNING" if line.status >= FIRST_SERVER_ERROR or line.outcome in {"failed", "truncated"} else "INFO"


def plain(text: str | None) -> str:
    """Return a text from outside so that it cannot begin a line of its own or hide in one."""
    if text is None:
        return "-"
    return text if text.isprintable() else text.encode("unicode_escape", "replace").decode()


def round_ms(us: int) -> int:
    """Return microseconds as whole milliseconds, rounded."""
    return (us + 500) // 1000


def local_time(us: int) -> str:
    """Return a time as Python's logging writes it: local, milliseconds after a comma."""
    seconds, rest = divmod(us, 1_000_000)
    return f"{local_second(seconds)},{rest // 1000:03}"


@lru_cache(maxsize=4)
def local_second(seconds: int) -> str:
    """Return a second in local time; under load many lines share one."""
    return f"{datetime.fromtimestamp(seconds):%Y-%m-%d %H:%M:%S}"  # noqa: DTZ006  (local, as logging writes it)


def utc_time(us: int) -> str:
    """Return a time in RFC 3339, UTC, milliseconds."""
    seconds, rest = divmod(us, 1_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest // 1000:03}Z"
