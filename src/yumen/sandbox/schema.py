"""A value that a JSON schema accepts: how a tool's input and a structured output are filled."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING
from urllib.parse import unquote

from yumen.sandbox.hints import hint_number, hint_text
from yumen.sandbox.patterns import fit
from yumen.sandbox.reading import mapping, number, sequence, string, strings, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_DEPTH = 12
"""Deeper, optional parts are left out, so that a schema which contains itself ends."""
_MAX_ITEMS = 64
_MAX_LENGTH = 4096

_FORMATS: Mapping[str, str] = {
    "date-time": "2026-01-15T09:30:00Z",
    "date": "2026-01-15",
    "time": "09:30:00Z",
    "duration": "PT1H",
    "email": "user@example.com",
    "idn-email": "user@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "uri-reference": "/example",
    "uuid": "123e4567-e89b-12d3-a456-426614174000",
    "regex": "^.*$",
    "json-pointer": "/example",
    "byte": "ZXhhbXBsZQ==",
}


class Filler:
    """Fills schemas for one question; what the user said is preferred where it fits."""

    def __init__(self, root: dict[str, object], said: str) -> None:
        """Resolve references against `root`."""
        self._root = root
        self._said = said

    def fill(self) -> object:
        """Return a value for the whole schema."""
        return self._value(self._root, "", 0)

    def _value(self, schema: object, name: str, depth: int) -> object:
        plain = self._plain(mapping(schema), depth)
        for key in ("const", "default"):
            if key in plain:
                return plain[key]
        if choices := sequence(plain.get("enum")):
            return self._mentioned(choices)
        if examples := sequence(plain.get("examples")):
            return examples[0]
        return self._typed(plain, name, depth)

    def _plain(self, schema: dict[str, object], depth: int) -> dict[str, object]:
        """Follow references, join `allOf`, and take the first way of `anyOf` and `oneOf` that is not null."""
        merged = dict(schema)
        for _ in range(MAX_DEPTH):
            if "$ref" in merged:
                merged = {**self._resolve(string(merged.pop("$ref"))), **merged}
            elif sequence(merged.get("allOf")):
                merged = self._joined(sequence(merged.pop("allOf")), merged)
            elif ways := sequence(merged.get("anyOf")) or sequence(merged.get("oneOf")):
                merged.pop("anyOf", None)
                merged.pop("oneOf", None)
                merged = {**merged, **self._way(ways, depth)}
            else:
                break
        return merged

    def _joined(self, parts: list[object], rest: dict[str, object]) -> dict[str, object]:
        joined = dict(rest)
        for part in (self._plain(mapping(item), 0) for item in parts):
            properties = {**mapping(joined.get("properties")), **mapping(part.get("properties"))}
            required = [*strings(joined.get("required")), *strings(part.get("required"))]
            joined = {**joined, **part}
            if properties:
                joined |= {"properties": properties, "required": required}
        return joined

    def _way(self, ways: list[object], depth: int) -> dict[str, object]:
        solid = [way for way in map(mapping, ways) if way.get("type") != "null"]
        # Too deep in a schema that contains itself: null is the way out, if there is one.
        if not solid or (depth >= MAX_DEPTH and len(solid) < len(ways)):
            return {"type": "null"}
        return solid[-1] if depth >= MAX_DEPTH else solid[0]

    def _resolve(self, reference: str) -> dict[str, object]:
        found: object = self._root
        for step in reference.removeprefix("#").strip("/").split("/"):
            if step:
                found = mapping(found).get(unquote(step).replace("~1", "/").replace("~0", "~"))
        return mapping(found)

    def _mentioned(self, choices: list[object]) -> object:
        """Prefer the choice that the user wrote."""
        said = self._said.lower()
        for choice in choices:
            if isinstance(choice, str) and choice and choice.lower() in said:
                return choice
        return choices[0]

    def _typed(self, schema: dict[str, object], name: str, depth: int) -> object:
        kind = _kind(schema)
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            return self._array(schema, name, depth)
        if kind in ("integer", "number"):
            return fill_number(schema, hint_number(self._said), whole_only=kind == "integer")
        if kind == "boolean":
            return True
        if kind == "null":
            return None
        return self._string(schema, name)

    def _object(self, schema: dict[str, object], depth: int) -> dict[str, object]:
        properties = mapping(schema.get("properties"))
        required = list(dict.fromkeys(strings(schema.get("required"))))
        if depth >= MAX_DEPTH * 2:
            required = []
        return {key: self._value(properties.get(key), key, depth + 1) for key in required}

    def _array(self, schema: dict[str, object], name: str, depth: int) -> list[object]:
        fixed = sequence(schema.get("prefixItems"))
        least = min(whole(schema.get("minItems")) or 0, _MAX_ITEMS)
        most = whole(schema.get("maxItems"))
        wanted = max(least, 1 if depth < MAX_DEPTH else 0)
        if most is not None:
            wanted = min(wanted, most)
        items = [self._value(item, name, depth + 1) for item in fixed]
        while len(items) < wanted:
            items.append(self._item(schema, name.removesuffix("s"), depth, len(items)))
        return items

    def _item(self, schema: dict[str, object], name: str, depth: int, place: int) -> object:
        item = mapping(schema.get("items"))
        choices = sequence(self._plain(item, depth).get("enum"))
        if schema.get("uniqueItems") is True and choices:
            return choices[place % len(choices)]
        value = self._value(item, name, depth + 1)
        if schema.get("uniqueItems") is True and place:
            return value + place if isinstance(value, int) else f"{value} {place + 1}" if isinstance(value, str) else value
        return value

    def _string(self, schema: dict[str, object], name: str) -> str:
        pattern = string(schema.get("pattern"))
        text = _FORMATS.get(string(schema.get("format"))) or (fit(pattern) if pattern else None) or hint_text(name, self._said)
        shortest = min(whole(schema.get("minLength")) or 0, _MAX_LENGTH)
        longest = whole(schema.get("maxLength"))
        if len(text) < shortest:
            text += (text[-1:] or "a") * (shortest - len(text))
        return text if longest is None else text[:longest]


def _kind(schema: dict[str, object]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), "null")
    if isinstance(kind, str):
        return kind
    if "properties" in schema or "required" in schema:
        return "object"
    if "items" in schema or "prefixItems" in schema:
        return "array"
    return "number" if "minimum" in schema or "maximum" in schema else "string"


def fill_number(schema: dict[str, object], wish: float | None, *, whole_only: bool) -> int | float:
    """Return a number inside a schema's bounds: the wish where it fits, else the least that does, else 1."""
    step = number(schema.get("multipleOf")) or (1.0 if whole_only else 0.0)
    low, high = _bounds(schema, 1.0 if whole_only else 0.5)
    candidates = [value for value in (wish, 1.0, low, high) if value is not None and low <= value <= high]
    value = candidates[0] if candidates and math.isfinite(candidates[0]) else 1.0
    if step > 0:
        value = math.ceil(value / step) * step
        if value > high:
            value = math.floor(high / step) * step
    return int(value) if whole_only or value.is_integer() else value


def _bounds(schema: dict[str, object], gap: float) -> tuple[float, float]:
    low = number(schema.get("minimum"))
    high = number(schema.get("maximum"))
    above = number(schema.get("exclusiveMinimum"))
    below = number(schema.get("exclusiveMaximum"))
    low = -math.inf if low is None else low
    high = math.inf if high is None else high
    if below is not None and above is not None:
        gap = min(gap, (below - above) / 2)
    if above is not None:
        low = max(low, above + gap)
    if below is not None:
        high = min(high, below - gap)
    return low, high
