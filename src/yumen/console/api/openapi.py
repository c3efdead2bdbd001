"""Describes the admin API as an OpenAPI 3.1 document, printed from the table of routes and the types of what they take and give."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from yumen.console.api.identifiers import PREFIXES, pattern_of
from yumen.console.api.wire import is_list

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.console.api.operation import Operation

REF = "#/components/schemas/{name}"
ERRORS = {
    "400": "The request is not valid.",
    "401": "No key, or none that is accepted.",
    "403": "The key's role may not do that.",
    "404": "There is no such thing, or it belongs to somebody else.",
    "408": "The request did not arrive in time.",
    "409": "It stands in the way of what is there already.",
    "413": "The body is too large.",
    "429": "Too many tries.",
    "500": "Internal server error",
    "529": "Overloaded",
}


class ErrorDetail(msgspec.Struct, frozen=True):
    """What went wrong."""

    type: str
    message: str
    details: dict[str, str] | msgspec.UnsetType = msgspec.UNSET


class Error(msgspec.Struct, frozen=True):
    """Claude's shape of an error."""

    type: str
    error: ErrorDetail
    request_id: str


def describe(operations: Sequence[Operation], version: str) -> dict[str, Any]:
    """Return the document."""
    kinds = [kind for operation in operations for kind in (operation.asked, operation.answer)]
    schemas, components = msgspec.json.schema_components([*kinds, Error], ref_template=REF)
    paths: dict[str, dict[str, Any]] = {}
    for number, operation in enumerate(operations):
        asked, answer = schemas[2 * number : 2 * number + 2]
        described = describe_operation(operation, answer)
        described |= body_of(asked, components[operation.asked.__name__]) if operation.has_body else {}
        if not operation.has_body:
            described["parameters"] += query_of(operation.asked, components)
        paths.setdefault(operation.path, {})[operation.method.lower()] = described
    used = {kind.__name__ for operation in operations if operation.has_body for kind in [operation.asked]}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Yumen's admin API",
            "version": version,
            "description": "Organizations, keys, limits, plans and reports, in the shapes of Claude's admin API and of the same style.",
        },
        "paths": paths,
        "components": {
            "schemas": {name: schema for name, schema in components.items() if name in used or not is_query(name, operations)},
            "responses": {
                status: {"description": words, "content": {"application/json": {"schema": {"$ref": REF.format(name="Error")}}}}
                for status, words in ERRORS.items()
            },
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "x-api-key", "description": "An admin key (yk-admin-…)."},
                "bearer": {"type": "http", "scheme": "bearer", "description": "The same key, as Claude's SDKs send it."},
            },
        },
    }


def is_query(name: str, operations: Sequence[Operation]) -> bool:
    """Whether a schema is that of a query: its parameters are written out where they are used."""
    return any(not operation.has_body and operation.asked.__name__ == name for operation in operations)


def describe_operation(operation: Operation, answer: dict[str, Any]) -> dict[str, Any]:
    """Describe what is the same for all: who may, the path's parameters, the headers and the answers."""
    public = operation.action is None
    content = {media: {"schema": answer} for media in (operation.media, *operation.also)}
    answers: dict[str, Any] = {"200": {"description": "Done.", "content": content}}
    answers |= {status: {"$ref": f"#/components/responses/{status}"} for status in ERRORS}
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": "For everybody." if public else f"For the roles {', '.join(operation.roles)}.",
        "tags": [operation.name.rpartition(".")[0] or operation.name],
        "security": [] if public else [{"key": []}, {"bearer": []}],
        "parameters": [*path_parameters(operation.path), *([] if public else [ORGANIZATION])],
        "responses": answers,
    }


ORGANIZATION = {
    "name": "anthropic-organization-id",
    "in": "header",
    "required": False,
    "description": "For the role operator: the organization that is meant; without it, the key's own.",
    "schema": {"type": "string", "pattern": pattern_of("organization_id")},
}


def path_parameters(path: str) -> list[dict[str, Any]]:
    """Describe the parameters in a path."""
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": pattern_of(name)}}
        for name in re.findall(r"\{(\w+)\}", path)
        if name in PREFIXES
    ]


def body_of(schema: dict[str, Any], described: dict[str, Any]) -> dict[str, Any]:
    """Describe a body. Where no field must be there, neither must the body."""
    return {"requestBody": {"required": bool(described.get("required")), "content": {"application/json": {"schema": schema}}}}


def query_of(kind: type[msgspec.Struct], components: dict[str, Any]) -> list[dict[str, Any]]:
    """Describe a query's parameters."""
    schema = components[kind.__name__]
    lists = {field.encode_name for field in msgspec.structs.fields(kind) if is_list(field.type)}
    return [
        {
            "name": f"{name}[]" if name in lists else name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "schema": without_null(inlined(one, components)),
        }
        for name, one in schema.get("properties", {}).items()
    ]


def inlined(schema: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    """Write out what a schema refers to."""
    if "$ref" in schema:
        return inlined(components[schema["$ref"].rpartition("/")[2]], components)
    return {
        name: [inlined(one, components) for one in value] if name == "anyOf" else inlined(value, components) if name == "items" else value
        for name, value in schema.items()
        if name != "title"
    }


def without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Leave out that a value may be null: what is not asked for is not in the query."""
    kept = {name: value for name, value in schema.items() if name != "default"}
    others = [one for one in kept.get("anyOf", ()) if one != {"type": "null"}]
    if not others:
        return kept
    return (
        {**{name: value for name, value in kept.items() if name != "anyOf"}, **others[0]} if len(others) == 1 else {**kept, "anyOf": others}
    )
