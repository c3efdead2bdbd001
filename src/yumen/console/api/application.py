"""The admin API as routes: the table's, its OpenAPI description, and for everything else under `/v1/` an answer in Claude's shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from starlette.applications import Starlette
from starlette.routing import Route

from yumen.console.api.dispatch import answered, refused, routes_of
from yumen.console.api.openapi import describe
from yumen.console.api.table import OPERATIONS
from yumen.errors import MethodNotAllowed, NotFound

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from yumen.console.api.services import Services

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def admin_routes(services: Services) -> list[Route]:
    """Return all routes of the admin API, for the control port to mount."""
    document = msgspec.json.encode(describe(OPERATIONS, services.version))

    async def show_description(request: Request) -> Response:  # noqa: ARG001  (an endpoint's signature)
        return answered(200, document, services.clock.new_id("req_"))

    async def wrong_method(request: Request) -> Response:
        fault = MethodNotAllowed(f"{request.method} is not allowed on this path")
        answer = refused(fault, services.clock.new_id("req_"))
        answer.headers["allow"] = allowed[request.scope["route"].path]
        return answer

    async def not_there(request: Request) -> Response:  # noqa: ARG001  (an endpoint's signature)
        return refused(NotFound(), services.clock.new_id("req_"))

    allowed: dict[str, str] = {}
    for operation in OPERATIONS:
        before = allowed.get(operation.path)
        allowed[operation.path] = f"{before}, {operation.method}" if before else operation.method
    return [
        *ordered(routes_of(OPERATIONS, services), [Route(path, wrong_method, methods=METHODS) for path in allowed]),
        Route("/openapi.json", show_description),
        Route("/v1/{rest:path}", not_there, methods=METHODS),
    ]


def ordered(routes: list[Route], fallbacks: list[Route]) -> list[Route]:
    """Put each path's answer to other methods behind its last route, and before every later path that would match it too."""
    placed: list[Route] = []
    for number, route in enumerate(routes):
        placed.append(route)
        if all(later.path != route.path for later in routes[number + 1 :]):
            placed += [fallback for fallback in fallbacks if fallback.path == route.path]
    return placed


def admin_application(services: Services) -> Starlette:
    """Return the admin API alone, as tests drive it."""
    return Starlette(routes=admin_routes(services))
