"""Runs an operation: version, credential, role, organization, what is asked, handler, answer. Every fault leaves in Claude's shape."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Route

from yumen.audit import Actor
from yumen.claude.faults import error_body
from yumen.console.api.call import VERSIONS, Call, Caller
from yumen.console.api.identifiers import checked
from yumen.console.api.wire import read_body, read_fields, read_query
from yumen.errors import Fault, Forbidden, Internal, InvalidRequest, OperatorError, Unauthenticated
from yumen.keys.values import Role
from yumen.organizations.sign_in import is_session

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from starlette.requests import Request

    from yumen.console.api.operation import Operation
    from yumen.console.api.services import Services

log = logging.getLogger("yumen.console.api")

ORGANIZATION_HEADER = "anthropic-organization-id"
CREDENTIAL_HEADERS = (b"x-api-key", b"authorization")
_encode = msgspec.json.Encoder(decimal_format="string").encode


def routes_of(operations: Iterable[Operation], services: Services) -> list[Route]:
    """Return the routes of a table; what stands later does not shadow what stands before."""
    return [
        Route(operation.path, endpoint(operation, services), methods=[operation.method], name=operation.name) for operation in operations
    ]


def endpoint(operation: Operation, services: Services) -> Callable[[Request], Awaitable[Response]]:
    """Return what serves one operation."""

    async def serve(request: Request) -> Response:
        request_id = services.clock.new_id("req_")
        try:
            answer = await run(operation, services, request, request_id)
            return named(answer, request_id) if isinstance(answer, Response) else answered(200, _encode(answer), request_id)
        except Exception as error:  # noqa: BLE001  (whatever it is: the caller gets an answer, and the log the reason)
            return refused(error, request_id)

    return serve


async def run(operation: Operation, services: Services, request: Request, request_id: str) -> Any:  # noqa: ANN401  (any answer)
    """Run one call to its answer, or raise why not."""
    address = services.address_of(request)
    call = Call(services, request_id, version_of(request), address)
    if operation.action is not None:
        await recognise(call, credentials_of(request), request.url.path)
    call.path = checked(dict(request.path_params))
    if operation.action is not None:
        refuse_role(operation, call)
        call.organization_id = meant(request, call)
        if call.organization_id != call.caller.organization_id:
            await services.offices.registry.one(call.organization_id)  # nothing is written for one that is not there
    if operation.has_body:
        if request.url.query and request.query_params.keys() - {"beta"}:
            raise InvalidRequest("This call takes no parameters in its query: send them in the body")
        asked = await read_body(request, operation.asked)
    else:
        asked = read_query(request.scope["query_string"], operation.asked)
    return await operation.handler(call, asked)


async def perform(operation: Operation, call: Call, asked: dict[str, Any], path: dict[str, str]) -> Any:  # noqa: ANN401  (any answer)
    """Run an operation for whoever is known already, as the console's pages do. Raises what a call of it raises."""
    if operation.action is not None:
        if call.caller_or_none is None:
            raise Unauthenticated
        refuse_role(operation, call)
    call.path = checked(path)
    return await operation.handler(call, read_fields(asked, operation.asked))


def refuse_role(operation: Operation, call: Call) -> None:
    """Raise Forbidden where the caller's role may not do that."""
    if call.caller.role not in operation.roles:
        raise Forbidden(f"The role {call.caller.role} may not do this: {operation.name} is for {', '.join(operation.roles)}")


def credentials_of(request: Request) -> list[bytes]:
    """Return what was sent for a key."""
    return [value for name, value in request.headers.raw if name in CREDENTIAL_HEADERS]


async def recognise(call: Call, values: list[bytes], path: str) -> None:
    """Look who makes a call, by what was shown for a key; a stream looks again. Raises why it opens nothing."""
    call.again = partial(known, call.services, values, call.actor.address, path)
    call.caller = await call.again()


async def known(services: Services, values: list[bytes], address: str, path: str) -> Caller:
    """Return who holds a key, by the values that were shown for one. Raises Unauthenticated."""
    record = await services.door.authenticate(values, address, path)
    if record.role is None:
        raise Unauthenticated
    if is_session(record):
        await services.offices.own_account.seen(record.key_id)
    name = f"key:{record.key_id}" if record.user_id is None else f"user:{record.user_id}"
    return Caller(Actor(name, address), record.key_id, record.role, record.organization_id, record.user_id)


def version_of(request: Request) -> str:
    """Return the API version that is asked for; without the header, the oldest that is still in wide use."""
    version = request.headers.get("anthropic-version", "2023-06-01")
    if version not in VERSIONS:
        raise InvalidRequest(f'anthropic-version: "{version[:40]}" is not a valid version')
    return version


def meant(request: Request, call: Call) -> str:
    """Return the organization that is meant: an operator may name any, everybody else has their own."""
    named = request.headers.get(ORGANIZATION_HEADER)
    if named is None or named == call.caller.organization_id:
        return call.caller.organization_id
    if call.caller.role is not Role.OPERATOR:
        raise Forbidden(f"{ORGANIZATION_HEADER}: only the role operator may name another organization")
    checked({"organization_id": named})
    return named


def refused(error: Exception, request_id: str) -> Response:
    """Word a fault. What was not foreseen is told to the log, and to the caller only that it happened."""
    if isinstance(error, OperatorError):
        error = InvalidRequest(str(error))
    if not isinstance(error, Fault):
        if not isinstance(error, ClientDisconnect):
            log.error("a call of the admin API failed (%s)", request_id, exc_info=error)
        error = Internal()
    headers = {} if error.retry_after_s is None else {"retry-after": str(error.retry_after_s)}
    details = getattr(error, "details", None)
    return answered(error.status, error_body(error.error_type, error.message, request_id, details), request_id, headers)


def named(response: Response, request_id: str) -> Response:
    """Put the headers of every answer onto one that a handler made."""
    response.headers.update(of_every(request_id))
    return response


def answered(status: int, body: bytes, request_id: str, more: dict[str, str] | None = None) -> Response:
    """Return an answer."""
    return Response(body, status, of_every(request_id) | (more or {}), "application/json")


def of_every(request_id: str) -> dict[str, str]:
    """Return the headers of every answer; nothing of one may lie in a cache."""
    return {"request-id": request_id, "cache-control": "no-store", "x-content-type-options": "nosniff"}
