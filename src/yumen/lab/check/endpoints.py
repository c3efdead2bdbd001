"""Rules about what a server offers beside messages: counting, and lists of models, batches and files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yumen.lab.check import shapes
from yumen.lab.check.values import flaw

if TYPE_CHECKING:
    from yumen.lab.check.values import Exchange, Remark


def counts_alike(counted: Exchange, plain: Exchange) -> Remark | None:
    """What is counted beforehand is what is charged."""
    before = counted.object.get("input_tokens")
    usage = plain.object.get("usage") or {}
    charged = sum(usage.get(name) or 0 for name in ("input_tokens", *shapes.MORE_COUNTS))
    return None if before == charged else flaw("count_tokens says {before}, the answer's usage {charged}", before=before, charged=charged)


def token_count(exchange: Exchange) -> Remark | None:
    """The body is a count."""
    found = exchange.object.get("input_tokens")
    return (
        None
        if shapes.is_count(found) and found
        else flaw("{place} is {found}, which is no count", place="$.input_tokens", found=repr(found))
    )


def is_list(exchange: Exchange) -> Remark | None:
    """A list with its ends, or with its next page."""
    found = exchange.object
    wrong = shapes.members(found, {"data": list}, "$")
    if wrong or "next_page" in found:
        return wrong
    wrong = shapes.members(found, {"has_more": bool}, "$")
    if wrong:
        return wrong
    for name, place in (("first_id", 0), ("last_id", -1)):
        due = found["data"][place].get("id") if found["data"] else None
        if found.get(name) != due:
            return flaw("{place} is {found}, not {wanted}", place=f"$.{name}", found=repr(found.get(name)), wanted=repr(due))
    return None


def is_model(found: Any, place: str = "$") -> Remark | None:  # noqa: ANN401  (decoded JSON)
    """One model."""
    if not isinstance(found, dict):
        return flaw("{place} is {found}, not {wanted}", place=place, found=shapes.kind_of(found), wanted="an object")
    wrong = shapes.members(found, {"id": str, "type": str, "display_name": str, "created_at": str}, place) or shapes.constant(
        found, "type", "model", place
    )
    if wrong or shapes.is_moment(found["created_at"]):
        return wrong
    return flaw("{place} is {found}, not {wanted}", place=f"{place}.created_at", found=repr(found["created_at"]), wanted="RFC 3339")


def models(exchange: Exchange) -> Remark | None:
    """A list of models."""
    return is_list(exchange) or next(
        filter(None, (is_model(each, f"$.data[{at}]") for at, each in enumerate(exchange.object["data"]))), None
    )


def at_most_one(exchange: Exchange) -> Remark | None:
    """`limit=1` is heeded."""
    found = len(exchange.object.get("data") or [])
    return None if found <= 1 else flaw("{found} came, though {wanted} were the most", found=found, wanted=1)
