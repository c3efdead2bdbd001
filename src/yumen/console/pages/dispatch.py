"""Serves a page: language, session, rights, form, handler, headers. Every fault becomes a page that says what to do."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.requests import ClientDisconnect
from starlette.routing import Route

from yumen.console.api.call import NEW_VERSION, Call
from yumen.console.api.dispatch import recognise as recognise_by
from yumen.console.api.dispatch import refused
from yumen.console.pages.complaints import complaint
from yumen.console.pages.cookies import BROWSER, LANGUAGE, ORGANIZATION, SESSION, jar_of
from yumen.console.pages.faults import SessionEnded
from yumen.console.pages.forms import JSON, read_form
from yumen.console.pages.headers import ALWAYS, FOR_TLS, UNCACHED
from yumen.console.pages.late import show_late
from yumen.console.pages.locales import wanted
from yumen.console.pages.page import Access
from yumen.console.pages.visit import Visit
from yumen.errors import Fault, Forbidden, Internal, MethodNotAllowed, NotFound, OperatorError, Unauthenticated
from yumen.keys.values import Role

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from starlette.requests import Request
    from starlette.responses import Response

    from yumen.console.pages.page import Page
    from yumen.console.pages.visit import Around

log = logging.getLogger("yumen.console.pages")

WRITING = "POST"
METHODS = ("GET", WRITING, "PUT", "PATCH", "DELETE", "OPTIONS")
"""Whatever may come: what a page does not take is refused in words."""


def routes_of(pages: Iterable[Page], around: Around) -> list[Route]:
    """Return the routes of a table of pages."""
    return [Route(page.path, endpoint(page, around), methods=METHODS) for page in pages]


def endpoint(page: Page, around: Around) -> Callable[[Request], Awaitable[Response]]:
    """Return what serves one page."""

    async def serve(request: Request) -> Response:
        visit = begin(around, request)
        try:
            answer = await answered(page, visit)
        except Exception as error:  # noqa: BLE001  (whatever it is: the visitor gets a page, and the log the reason)
            answer = await failed(visit, error)
        if answer.status_code == MethodNotAllowed.status:
            answer.headers["allow"] = ", ".join(methods_of(page))
        return finished(visit, answer)

    return serve


def methods_of(page: Page) -> tuple[str, ...]:
    """Return what a page takes."""
    return ("GET", "HEAD") if page.submit is None else ("GET", "HEAD", WRITING)


def begin(around: Around, request: Request) -> Visit:
    """Begin a visit of nobody yet."""
    services, jar = around.services, jar_of(request)
    call = Call(services, services.clock.new_id("req_"), NEW_VERSION, services.address_of(request))
    return Visit(around, request, call, jar, wanted(jar.get(LANGUAGE), request.headers))


async def answered(page: Page, visit: Visit) -> Response:
    """Serve a page to whoever may see it."""
    if visit.request.method not in methods_of(page):
        raise MethodNotAllowed
    await recognise(visit)
    caller = visit.caller
    if not page.open_to(None if caller is None else caller.role):
        return await turned_away(visit)
    if visit.request.method != WRITING or page.submit is None:
        return await page.show(visit)
    visit.form = await read_form(visit.request, visit.jar)
    try:
        return await page.submit(visit)
    except (Fault, OperatorError) as fault:
        if wants_json(visit) or (page.access is not Access.EVERYBODY and isinstance(fault, Unauthenticated)):
            raise
        visit.problem, visit.status = said(visit, fault), fault.status if isinstance(fault, Fault) else 400
        return await page.show(visit)


async def turned_away(visit: Visit) -> Response:
    """Answer whoever may not see a page: nobody is signed in, or somebody who may not. Raises SessionEnded or Forbidden."""
    if visit.caller is not None:
        raise Forbidden
    if wants_json(visit):
        raise SessionEnded
    if visit.request.method == WRITING:
        return await show_late(visit)
    ended = visit.jar.brought.get(SESSION) is not None
    return visit.go("/sign-in", visit.say("Your session has ended: sign in again.") if ended else None, next=place_of(visit))


async def recognise(visit: Visit) -> None:
    """Look who is signed in. A session that counts no longer is forgotten."""
    text = visit.jar.get(SESSION)
    if text is None:
        return
    services, call = visit.services, visit.call
    try:
        await recognise_by(call, [text.encode()], visit.request.url.path)
    except Unauthenticated:
        visit.jar.drop(SESSION)
        return
    chosen = visit.jar.get(ORGANIZATION)
    if chosen is not None and call.caller.role is Role.OPERATOR:
        call.organization_id = chosen
    try:
        visit.organization = await services.offices.registry.one(call.organization_id)
    except NotFound:
        visit.jar.drop(ORGANIZATION)
        call.organization_id = call.caller.organization_id
        visit.organization = await services.offices.registry.one(call.organization_id)
    if call.caller.user_id is not None:
        visit.user = await services.offices.members.user(call.caller.user_id)


async def failed(visit: Visit, error: Exception) -> Response:
    """Show a fault as a page, or in Claude's shape to a script. What was not foreseen is told to the log alone."""
    if not isinstance(error, (Fault, OperatorError)):
        if not isinstance(error, ClientDisconnect):
            log.error("a page failed (%s)", visit.call.request_id, exc_info=error)
        error = Internal()
    if wants_json(visit):
        return refused(error, visit.call.request_id)
    visit.status = error.status if isinstance(error, Fault) else 400
    return await visit.show("fault.html", message=said(visit, error), request_id=visit.call.request_id)


def said(visit: Visit, fault: Fault | OperatorError) -> str:
    """Say a fault in the visitor's language."""
    words = visit.locale.words
    if isinstance(fault, OperatorError):
        return words.error(fault)
    return complaint(words, fault.message) or words.fault(fault)


def wants_json(visit: Visit) -> bool:
    """Whether a script of ours asks, not a person."""
    return JSON in visit.request.headers.get("accept", "")


def place_of(visit: Visit) -> str:
    """Return where a visitor wanted to go, to come back to after signing in."""
    return quote(visit.place, safe="/?=&%")[:500]


def finished(visit: Visit, answer: Response) -> Response:
    """Put cookies and headers onto an answer."""
    if visit.jar.get(BROWSER) is None and answer.media_type == "text/html":
        visit.jar.token()
    visit.jar.write(answer)
    tls = FOR_TLS if visit.services.behind_tls else {}
    for name, value in (ALWAYS | UNCACHED | tls).items():
        answer.headers.setdefault(name, value)
    return answer
