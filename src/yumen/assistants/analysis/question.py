"""Reads a plain question about a table, pure: what to compute, of which column, for each of what; in Chinese and English.

This is what the offline sandbox can do instead of Claude: words are looked up, nothing is guessed. A question that does not fit is None.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Literal

import msgspec

from yumen.assistants.analysis.values import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Function = Literal["count", "distinct", "sum", "average", "min", "max"]

_FUNCTIONS: Mapping[Function, str] = {
    "distinct": r"\b(?:distinct|different|unique)\b|几种|多少种|不同的?|去重",
    "average": r"\b(?:average|mean|avg)\b|平均值?|均值|人均",
    "sum": r"\b(?:total|sum|altogether|overall)\b|合计|总和|总计|总共|求和|一共|共计|总(?=\s*[⟦量额])",
    "max": r"\b(?:max(?:imum)?|highest|largest|biggest|greatest|most|latest)\b|最[高大多晚新]值?",
    "min": r"\b(?:min(?:imum)?|lowest|smallest|least|fewest|earliest)\b|最[低小少早]值?",
    "count": r"\b(?:how many|number of|count)\b|多少[行条个笔位家]|几[行条个笔位家]|数量|行数|条数|个数|笔数",
}
_DIGITS: Mapping[str, int] = {digit: value for value, digit in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_NUMBER = r"(\d+|[一二两三四五六七八九十])"
_TOP = (
    rf"\b(?:top|first|best)\s+{_NUMBER}\b",
    rf"\b{_NUMBER}\s+(?:highest|largest|biggest|greatest|top|best)\b",
    rf"\b(?:highest|largest|biggest|greatest)\s+{_NUMBER}\b",
    rf"前\s*{_NUMBER}",
    rf"最[高大多]的?\s*{_NUMBER}\s*[个名位条种家笔]?",
)
_BOTTOM = (
    rf"\b(?:bottom|last|worst)\s+{_NUMBER}\b",
    rf"\b{_NUMBER}\s+(?:lowest|smallest|fewest|worst)\b",
    rf"\b(?:lowest|smallest)\s+{_NUMBER}\b",
    rf"[后末]\s*{_NUMBER}",
    rf"最[低小少]的?\s*{_NUMBER}\s*[个名位条种家笔]?",
)
_GROUP_BEFORE = (
    r"(?:\b(?:by|per|for (?:each|every)|in (?:each|every)|each|every|grouped by|across|which|what)\s+(?:the\s+)?"
    r"|按照?|依照?|[每各]个?|哪些?[个种]?|不同的?)\s*"
)
_WHICH = r"(?:\b(?:which|what)\s+|哪一?[个种家位]?)$"
_HOW_MUCH = r"\bhow much\b|多少"


class Wish(msgspec.Struct, frozen=True):
    """What a question asks for."""

    table: Table
    function: Function | None
    measure: Column | None = None
    group: Column | None = None
    filters: tuple[tuple[Column, str], ...] = ()
    top: int | None = None
    ascending: bool = False


class Mention(msgspec.Struct, frozen=True):
    """A column, or one of its values, as it stands in a question."""

    column: Column
    start: int
    value: str | None = None


def understand(question: str, tables: Sequence[Table]) -> Wish | None:
    """Return what is asked for; None where that is not plain."""
    text = unicodedata.normalize("NFKC", question).casefold()
    readings = [(table, *mentions(text, table)) for table in tables]
    if not readings:
        return None
    table, found, rest = max(readings, key=lambda reading: (len(reading[1]), _named(text, reading[0])))
    group = _group(found, rest)
    place, ascending = _place(rest)
    function = _function(rest)
    measure = next((each.column for each in found if each.value is None and each.column.is_number and each.column is not group), None)
    filters = tuple((each.column, each.value) for each in found if each.value is not None)
    if place is None and group is not None and (superlative := _superlative(found, rest)):
        # "Which region has the highest amount": the first of the regions, not the maximum in each.
        place, ascending, function = 1, superlative == "min", _function(re.sub(_FUNCTIONS[superlative], " ", rest))
    return _wish(Wish(table, function, measure, group, filters, place, ascending), rest, found)


def _wish(wish: Wish, rest: str, found: Sequence[Mention]) -> Wish | None:
    """Fill in what goes without saying, or return None where something is missing."""
    if wish.top is not None:
        return _ranked(wish, found)
    if wish.function == "count":
        return msgspec.structs.replace(wish, measure=None)
    function, measure, group = wish.function, wish.measure, wish.group
    if function == "distinct":
        measure, group = next((each.column for each in found if each.value is None), None), None
    elif function is None and (group is not None or re.search(_HOW_MUCH, rest)):
        function = "sum"
    elif function in ("min", "max") and measure is None:
        measure = next((each.column for each in found if each.column.is_time and each.column is not group), None)
    filled = msgspec.structs.replace(wish, function=function, measure=measure, group=group)
    return filled if function is not None and measure is not None else None


def _ranked(wish: Wish, found: Sequence[Mention]) -> Wish | None:
    """The largest of something that has a name are told by its sum; where nothing has one, the largest rows are shown themselves."""
    if wish.group is not None:
        return msgspec.structs.replace(wish, function="count" if wish.measure is None else _summed(wish.function))
    if wish.measure is None:
        return None
    named = next((each.column for each in found if each.value is None and not each.column.is_number), None)
    return msgspec.structs.replace(wish, group=named, function=None if named is None else _summed(wish.function))


def _summed(function: Function | None) -> Function:
    return function if function in ("average", "count", "sum") else "sum"


def mentions(text: str, table: Table) -> tuple[list[Mention], str]:
    """Return the columns and values that a text names, in its order, and the text with brackets in their place; longer names first."""
    names = sorted(_names(table), key=lambda named: -len(named[0]))
    found: list[Mention] = []
    for name, column, value in names:
        pattern = rf"(?<![a-z0-9]){re.escape(name)}(?:e?s)?(?![a-z0-9])" if name[0].isascii() else re.escape(name)
        found += [Mention(column, match.start(), value) for match in re.finditer(pattern, text)]
        text = re.sub(pattern, lambda match: "⟦" + "·" * (len(match[0]) - 2) + "⟧" if len(match[0]) > 1 else "⟦", text)
    return sorted(found, key=lambda mention: mention.start), text


def _names(table: Table) -> Iterator[tuple[str, Column, str | None]]:
    for column in table.columns:
        plain = unicodedata.normalize("NFKC", column.name).casefold()
        yield from ((name, column, None) for name in {plain, plain.replace("_", " ")} if name)
        for value in column.values:
            said = unicodedata.normalize("NFKC", value).casefold().strip()
            if len(said) > 1:
                yield said, column, value


def _named(text: str, table: Table) -> bool:
    return table.name.replace("_", " ") in text or table.name in text


def _group(found: Sequence[Mention], rest: str) -> Column | None:
    """Return the column for each of whose values something is asked: what follows "by", "per" or "每"."""
    for mention in found:
        before = rest[: mention.start]
        if mention.value is None and re.search(_GROUP_BEFORE + "$", before):
            ranked = re.search(r"\b(?:by|what|which)\s+(?:the\s+)?$|按照?\s*$", before) and _place(rest)[0] is not None
            if not (mention.column.is_number and (ranked or re.search(r"\bwhat\s+(?:the\s+)?$", before))):
                return mention.column
    return None


def _place(rest: str) -> tuple[int | None, bool]:
    """Return how many of the first are asked for, and whether the smallest come first."""
    for patterns, ascending in ((_TOP, False), (_BOTTOM, True)):
        for pattern in patterns:
            if match := re.search(pattern, rest):
                return max(1, _DIGITS.get(match[1]) or int(match[1])), ascending
    return None, False


def _function(rest: str) -> Function | None:
    return next((function for function, pattern in _FUNCTIONS.items() if re.search(pattern, rest)), None)


def _superlative(found: Sequence[Mention], rest: str) -> Function | None:
    """Return which end is asked for where the question is which of a column's values stands there."""
    if not any(mention.value is None and re.search(_WHICH, rest[: mention.start]) for mention in found):
        return None
    ends: tuple[Function, ...] = ("max", "min")
    return next((end for end in ends if re.search(_FUNCTIONS[end], rest)), None)
