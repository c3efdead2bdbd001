"""Whether a text is JSON that fits a schema: the keywords of Claude's structured outputs and the usual bounds beside them.

No validator of JSON Schema is among the dependencies, and a handful of keywords need none. What is not looked at (`format`,
`if`, `not`, `patternProperties` and other rarities) is named by `unchecked`, so that nobody takes silence for validity.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MAX_DEPTH = 64
_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "null": (type(None),),
    "integer": (int,),
    "number": (int, float),
}
_BOUNDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "minimum": lambda value, bound: value >= bound,
    "maximum": lambda value, bound: value <= bound,
    "exclusiveMinimum": lambda value, bound: value > bound,
    "exclusiveMaximum": lambda value, bound: value < bound,
}
_SIZES: Mapping[str, tuple[type, Callable[[int, int], bool]]] = {
    "minLength": (str, lambda size, bound: size >= bound),
    "maxLength": (str, lambda size, bound: size <= bound),
    "minItems": (list, lambda size, bound: size >= bound),
    "maxItems": (list, lambda size, bound: size <= bound),
    "minProperties": (dict, lambda size, bound: size >= bound),
    "maxProperties": (dict, lambda size, bound: size <= bound),
}
_NOTES = ("$schema", "$id", "$defs", "definitions", "$comment", "title", "description", "default", "examples")
_SHAPES = ("type", "enum", "const", "properties", "required", "additionalProperties", "items", "prefixItems")
_REST = ("pattern", "uniqueItems", "multipleOf", "anyOf", "oneOf", "allOf", "$ref")
_LOOKED_AT = frozenset((*_BOUNDS, *_SIZES, *_NOTES, *_SHAPES, *_REST))


def valid(text: str, schema: dict[str, Any]) -> bool:
    """Whether a text is JSON, alone or in one fence, that the schema accepts."""
    try:
        value = json.loads(unfenced(text))
    except ValueError:
        return False
    return next(flaws(value, schema), None) is None


def flaws(value: object, schema: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a value, each with the keyword that says so and its place (`$.items[0].price: type`)."""
    yield from _Checker(schema).flaws(value, schema, "$", 0)


def unchecked(schema: object) -> set[str]:
    """Return the keywords of a schema that are not looked at."""
    if isinstance(schema, list):
        return set().union(*map(unchecked, schema))
    if not isinstance(schema, dict):
        return set()
    found = schema.keys() - _LOOKED_AT
    for key, inner in schema.items():
        if key in ("properties", "$defs", "definitions") and isinstance(inner, dict):
            found |= unchecked(list(inner.values()))
        elif key in ("items", "prefixItems", "anyOf", "oneOf", "allOf", "additionalProperties"):
            found |= unchecked(inner)
    return found


def unfenced(text: str) -> str:
    """Return text without the one fence around it."""
    found = re.fullmatch(r"\s*```(?:json)?\s*\n(.*?)\n?```\s*", text, re.DOTALL)
    return found[1] if found else text


class _Checker:
    """Checks against one whole schema, into which its references lead."""

    def __init__(self, root: dict[str, Any]) -> None:
        self._root = root

    def flaws(self, value: object, schema: object, place: str, depth: int) -> Iterator[str]:
        if schema is True or depth > MAX_DEPTH:
            return
        if not isinstance(schema, dict):
            yield f"{place}: false"
            return
        yield from _plain(value, schema, place)
        if "$ref" in schema:
            yield from self.flaws(value, self._resolve(str(schema["$ref"])), place, depth + 1)
        yield from self._ways(value, schema, place, depth)
        if isinstance(value, dict):
            yield from self._members(value, schema, place, depth)
        if isinstance(value, list):
            yield from self._items(value, schema, place, depth)

    def _ways(self, value: object, schema: dict[str, Any], place: str, depth: int) -> Iterator[str]:
        for part in schema.get("allOf", ()):
            yield from self.flaws(value, part, place, depth + 1)
        for key in ("anyOf", "oneOf"):
            fitting = sum(next(self.flaws(value, way, place, depth + 1), None) is None for way in schema.get(key, ()))
            if key in schema and (fitting == 0 or (key == "oneOf" and fitting > 1)):
                yield f"{place}: {key}"

    def _members(self, value: dict[str, Any], schema: dict[str, Any], place: str, depth: int) -> Iterator[str]:
        properties = schema.get("properties", {})
        yield from (f"{place}.{name}: required" for name in schema.get("required", ()) if name not in value)
        for name, inner in value.items():
            if name in properties:
                yield from self.flaws(inner, properties[name], f"{place}.{name}", depth + 1)
            elif "additionalProperties" in schema and next(self.flaws(inner, schema["additionalProperties"], "", depth + 1), None):
                yield f"{place}.{name}: additionalProperties"

    def _items(self, value: list[Any], schema: dict[str, Any], place: str, depth: int) -> Iterator[str]:
        fixed = schema.get("prefixItems", ())
        for number, inner in enumerate(value):
            rule = fixed[number] if number < len(fixed) else schema.get("items", True)
            yield from self.flaws(inner, rule, f"{place}[{number}]", depth + 1)

    def _resolve(self, reference: str) -> object:
        found: Any = self._root
        for step in reference.removeprefix("#").strip("/").split("/"):
            if step:
                found = found.get(step.replace("~1", "/").replace("~0", "~"), False) if isinstance(found, dict) else False
        return found


def _plain(value: object, schema: dict[str, Any], place: str) -> Iterator[str]:
    """Yield what the keywords say that look at one value alone."""
    kinds = schema.get("type", ())
    if kinds and not any(_is(value, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)):
        yield f"{place}: type"
    if "enum" in schema and not any(_same(value, choice) for choice in schema["enum"]):
        yield f"{place}: enum"
    if "const" in schema and not _same(value, schema["const"]):
        yield f"{place}: const"
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield from (f"{place}: {key}" for key, holds in _BOUNDS.items() if key in schema and not holds(value, schema[key]))
        if "multipleOf" in schema and abs(value / schema["multipleOf"] - round(value / schema["multipleOf"])) > 1e-9:  # noqa: PLR2004
            yield f"{place}: multipleOf"
    for key, (kind, holds) in _SIZES.items():
        if key in schema and isinstance(value, kind) and not holds(len(value), schema[key]):  # type: ignore[arg-type]
            yield f"{place}: {key}"
    if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{place}: pattern"
    if isinstance(value, list) and schema.get("uniqueItems") is True and len({_written(each) for each in value}) < len(value):
        yield f"{place}: uniqueItems"


def _is(value: object, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES.get(kind, ())) or (kind == "integer" and isinstance(value, float) and value.is_integer())


def _same(one: object, other: object) -> bool:
    return _written(one) == _written(other)


def _written(value: object) -> str:
    """Return a value so that equal ones look equal; true is not 1."""
    return json.dumps(value, sort_keys=True)
