"""The options of `yumen keys create` and `update`, and what they make of a key's restrictions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
import typer

from yumen.cli.durations import US_PER_S, read_duration
from yumen.errors import OperatorError
from yumen.exchange.values import Content
from yumen.keys.restrictions import MaxTokens, OnlyAddresses, OnlyModels, OnlyPaths, Restriction

CANCEL = "cancel"
DRAIN = "drain"
Named = Annotated[str, typer.Argument(metavar="KEY", help="a key's id or name")]
AllowIp = Annotated[
    list[str] | None,
    typer.Option("--allow-ip", metavar="ADDRESS", help="an address or network that it may be used from, such as 10.0.0.0/8; no other"),
]
AllowModel = Annotated[
    list[str] | None,
    typer.Option("--allow-model", metavar="MODEL", help="a model that it may ask; a * at the end: all that begin so; no other"),
]
OnlyPath = Annotated[
    list[str] | None,
    typer.Option("--only-path", metavar="PATH", help="a path that it may use; a * at the end: all that begin so; no other"),
]
AllowPath = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-path", metavar="PATH", help="a path beyond the known endpoints that it may use; a * at the end: all that begin so"
    ),
]
MostTokens = Annotated[int | None, typer.Option("--max-tokens", metavar="TOKENS", help="the most max_tokens that its requests may ask for")]
OnLeave = Annotated[
    str | None,
    typer.Option(
        "--on-leave",
        metavar="WHAT",
        help="when a caller leaves before its answer's end: cancel (without it, that), drain (read it to its end), or drain=30s at most",
    ),
]
ContentOption = Annotated[
    Content | None,
    typer.Option(
        "--content",
        metavar="WHAT",
        help="what of its requests and answers is written down, encrypted: off (without it, that), errors or all (docs/content.md)",
    ),
]
Label = Annotated[str | None, typer.Option("--label", metavar="LABEL", help="the cost centre that its requests are booked on")]
Owner = Annotated[str | None, typer.Option("--member", metavar="MEMBER", help="the member whose key it is: an id or an email address")]
Limits = Annotated[
    list[str] | None,
    typer.Option(
        "--limit", metavar="LIMIT", help="a limit of its own, such as requests_per_minute=10 or spend_per_month=1.00 (docs/keys.md)"
    ),
]


class Wished(msgspec.Struct, frozen=True):
    """The restrictions as they were typed; `without` names the kinds that shall go."""

    allow_ip: Sequence[str] | None = None
    allow_model: Sequence[str] | None = None
    only_path: Sequence[str] | None = None
    max_tokens: int | None = None
    without: tuple[type[Restriction], ...] = ()


def restrictions_of(wished: Wished, old: Sequence[Restriction] = ()) -> tuple[Restriction, ...]:
    """Return the restrictions that a key shall have: of each kind the wished one, else the old one unless it shall go."""
    kept = {type(each): each for each in old if not isinstance(each, wished.without)}
    new: list[Restriction] = []
    if wished.allow_ip:
        new.append(OnlyAddresses(tuple(wished.allow_ip)))
    if wished.allow_model:
        new.append(OnlyModels(tuple(wished.allow_model)))
    if wished.only_path:
        new.append(OnlyPaths(tuple(wished.only_path)))
    if wished.max_tokens is not None:
        new.append(MaxTokens(wished.max_tokens))
    return tuple((kept | {type(each): each for each in new}).values())


def parse_on_leave(text: str | None) -> float | None:
    """Return for how many seconds an answer is read on; 0: to its end, None: not at all."""
    word, _, limit = (text or CANCEL).partition("=")
    duration_us = read_duration(limit) if limit else 0
    if word == CANCEL and text in (None, CANCEL):
        return None
    if word != DRAIN or duration_us is None or (limit and not duration_us) or text == f"{DRAIN}=":
        raise OperatorError("--on-leave takes cancel, drain or drain=DURATION such as drain=30s, not {value}", value=repr(text))
    return duration_us / US_PER_S


def on_leave_text(drain_s: float | None) -> str:
    """Write it as it is typed."""
    return CANCEL if drain_s is None else f"{DRAIN}={drain_s:g}s" if drain_s else DRAIN


def restriction_text(restriction: Restriction) -> str:
    """Write a restriction as a list shows it: its stored tag and what it allows."""
    tag, *values = msgspec.to_builtins(restriction).items()
    allowed = [", ".join(value) if isinstance(value, tuple) else str(value) for _, value in values]
    return f"{tag[1]}: {', '.join(allowed)}"
