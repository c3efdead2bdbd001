"""The ledger's rules, pure: which entries a filter wants, how entries add up by group, which refusals are counted in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.exchange.values import Outcome
from yumen.ledger.entry import Entry, Kind
from yumen.ledger.query import By, Filter, UsageRow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

DAY_US = 86_400_000_000
SUMMED = (
    "requests",
    "input_tokens",
    "output_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "cost_nanousd",
    "unpriced",
    "estimated",
    "counted",
)
"""The fields of a row of usage that are sums."""
SEARCHED = ("request_id", "upstream_request_id", "key_id", "replay_of")
"""The ids that a part of one is looked for in."""
LEAST_FAILED = 400
"""The lowest status that is an error."""
REFUSAL_WINDOW_US = 60_000_000
REFUSALS_WRITTEN = 60
"""Refusals of one key that are written one by one in a window; what comes beyond them is one counted line."""


def matches(wanted: Filter, entry: Entry) -> bool:
    """Return whether a filter wants an entry; the store's SQL says the same."""
    exact = (
        (wanted.key_id, entry.key_id),
        (wanted.status, entry.status),
        (wanted.outcome, entry.outcome),
        (wanted.request_id, entry.request_id),
        (wanted.organization_id, entry.organization_id),
        (wanted.workspace_id, entry.workspace_id),
        (wanted.user_id, entry.user_id),
        (wanted.label, entry.label),
        (wanted.environment, entry.environment),
        (wanted.fault, entry.fault),
        (wanted.status_class, entry.status // 100),
    )
    return (
        all(want is None or want == has for want, has in exact)
        and (wanted.model is None or wanted.model in {entry.model, entry.model_answered})
        and entry.organization_id not in wanted.without
        and (wanted.since_us is None or entry.time_us >= wanted.since_us)
        and (wanted.until_us is None or entry.time_us < wanted.until_us)
        and (not wanted.failed or entry.status >= LEAST_FAILED)
        and (not wanted.flagged or entry.policy_note is not None)
        and (wanted.request_ids is None or entry.request_id in wanted.request_ids)
        and weighs(wanted, entry)
        and has_part(entry, wanted.text)
    )


def weighs(wanted: Filter, entry: Entry) -> bool:
    """Return whether an entry cost and took as much as is wanted. What has no price did not."""
    cost, took_us = wanted.cost_at_least, wanted.duration_at_least_us
    return (cost is None or (entry.cost_nanousd is not None and entry.cost_nanousd >= cost)) and (
        took_us is None or entry.duration_us >= took_us
    )


def begins(entry: Entry, text: str) -> bool:
    """Return whether an entry's request has an id, here or upstream, that begins so."""
    return entry.request_id.startswith(text) or (entry.upstream_request_id or "").startswith(text)


def has_part(entry: Entry, text: str | None) -> bool:
    """Return whether one of an entry's ids has that part, in small letters or large."""
    return text is None or any(text.lower() in (getattr(entry, name) or "").lower() for name in SEARCHED)


def usage_of(entry: Entry, groups: Collection[By]) -> UsageRow:
    """Return what one entry adds to the usage of its group."""
    return UsageRow(
        key_id=entry.key_id if By.KEY in groups else None,
        model=(entry.model_answered or entry.model) if By.MODEL in groups else None,
        day=entry.time_us // DAY_US if By.DAY in groups else None,
        requests=entry.count,
        input_tokens=entry.input_tokens,
        output_tokens=entry.output_tokens,
        cache_read_tokens=entry.cache_read_tokens,
        cache_write_tokens=entry.cache_write_tokens,
        cost_nanousd=entry.cost_nanousd or 0,
        unpriced=entry.count if entry.cost_nanousd is None else 0,
        estimated=entry.count if entry.estimated else 0,
        counted=entry.counted,
        workspace_id=entry.workspace_id if By.WORKSPACE in groups else None,
        organization_id=entry.organization_id if By.ORGANIZATION in groups else None,
        user_id=entry.user_id if By.MEMBER in groups else None,
        label=entry.label if By.LABEL in groups else None,
        asked=entry.model if By.ASKED in groups else None,
    )


def add_up(rows: Iterable[UsageRow]) -> list[UsageRow]:
    """Return one row a group, by day, then organization, workspace, member, label, key, model and the model as asked."""
    sums: dict[tuple[int | str, ...], UsageRow] = {}
    for row in rows:
        group = group_of(row)
        sums[group] = row if group not in sums else plus(sums[group], row)
    return [sums[group] for group in sorted(sums)]


def group_of(row: UsageRow) -> tuple[int | str, ...]:
    """Return a row's place among the groups. What is None stands before the rest, and is not the same as an empty text."""
    texts = (row.organization_id, row.workspace_id, row.user_id, row.label, row.key_id, row.model, row.asked)
    return (-1 if row.day is None else row.day, *("" if text is None else f" {text}" for text in texts))


def plus(one: UsageRow, other: UsageRow) -> UsageRow:
    """Return the sum of two rows of one group."""
    return msgspec.structs.replace(one, **{name: getattr(one, name) + getattr(other, name) for name in SUMMED})


def counted(refusal: Entry, request_id: str, count: int) -> Entry:
    """Return the one line that stands for so many refusals like this one, the last of them."""
    return Entry(
        request_id=request_id,
        time_us=refusal.time_us,
        kind=Kind.REFUSALS,
        key_id=refusal.key_id,
        environment=refusal.environment,
        workspace_id=refusal.workspace_id,
        method=refusal.method,
        path=refusal.path,
        model=refusal.model,
        model_answered=None,
        stream=refusal.stream,
        status=refusal.status,
        outcome=Outcome.REFUSED,
        fault=refusal.fault,
        attempts=0,
        prompt_characters=0,
        prompt_bytes=0,
        cost_nanousd=0,
        caller=refusal.caller,
        user_agent=refusal.user_agent,
        count=count,
        organization_id=refusal.organization_id,
        user_id=refusal.user_id,
        label=refusal.label,
        limit_note=refusal.limit_note,
        policy_note=refusal.policy_note,
    )
