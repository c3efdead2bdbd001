"""The admin API as routes: the table's, its OpenAPI description, and for everything else under `/v1/` an answer in Claude's shape."""

from __future__ import annotations

from functools import cache
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
    from starlette.types import Receive, Scope, Send

    from yumen.console.api.services import Services
    from yumen.errors import Fault


class Refusal:
    """Answers every request with the same fault, whatever its method."""

    def __init__(self, services: Services, fault: Fault, allow: str | None = None) -> None:
        """Say that; `allow` names the methods that the path has."""
        self._services = services
        self._fault = fault
        self._allow = allow

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        answer = refused(self._fault, self._services.clock.new_id("req_"))
        if self._allow is not None:
            answer.headers["allow"] = self._allow
        await answer(scope, receive, send)


def admin_routes(services: Services) -> list[Route]:
    """Return all routes of the admin API, for the control port to mount."""

    async def show_description(request: Request) -> Response:  # noqa: ARG001  (an endpoint's signature)
        return answered(200, description(services.version), services.clock.new_id("req_"))

    allowed: dict[str, list[str]] = {}
    for operation in OPERATIONS:
        allowed.setdefault(operation.path, []).append(operation.method)
    others = [Route(path, Refusal(services, MethodNotAllowed(), ", ".join(methods))) for path, methods in allowed.items()]
    return [
        *ordered(routes_of(OPERATIONS, services), others),
        Route("/openapi.json", show_description),
        Route("/v1/{rest:path}", Refusal(services, NotFound())),
    ]


@cache
def description(version: str) -> bytes:
    """Return the OpenAPI description, made when it is first asked for: it takes longer than everything else at a start."""
    return msgspec.json.encode(describe(OPERATIONS, version))


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
