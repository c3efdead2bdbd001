"""Every page as every role, with its own things and another organization's: who may not see it does not, and nobody reaches across."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import msgspec
import pytest

from tests.console.api.world import World
from tests.console.pages.visitor import Visitor
from tests.ledger.making import make_entry
from yumen.console.pages.page import Access, Page
from yumen.console.pages.table import PAGES
from yumen.keys.values import Role
from yumen.ledger.query import Batch
from yumen.ledger.store_sql import SqlLedger

PLACE = re.compile(r"{(\w+)}")
FAULTS = re.compile(r"Traceback|jinja2|msgspec|sqlalchemy")


async def request(world: World, organization_id: str) -> str:
    """Write a request into the ledger, with what was kept and found of it, and return its id."""
    entry = msgspec.structs.replace(
        make_entry(), request_id=world.clock.new_id("req_"), organization_id=organization_id, time_us=world.clock.now_us()
    )
    await SqlLedger(world.database).add(Batch([entry], world.next("segment"), 1))
    await world.content(organization_id, entry.request_id)
    return await world.flagged(organization_id, request_id=entry.request_id)


async def session_key(world: World, organization_id: str) -> str:
    """Open somebody's session and return its key's id."""
    return (await world.session(organization_id)).key_id


MAKERS: dict[str, Callable[[World, str], Awaitable[str]]] = {
    "api_key_id": lambda world, organization: _id(world.plain_key(organization), "key_id"),
    "workspace_id": lambda world, organization: _id(world.workspace(organization), "id"),
    "user_id": lambda world, organization: world.member(organization),
    "invite_id": lambda world, organization: _first(world.invite(organization)),
    "policy": lambda world, organization: world.policy(organization),
    "session_id": lambda world, organization: world.conversation(organization),
    "prompt_id": lambda world, organization: world.prompt(organization),
    "request_id": request,
    "increase_request_id": lambda world, organization: _id(world.increase(organization), "id"),
    "sign_up_id": lambda world, _: world.waiting_sign_up(),
    "organization_id": lambda _, organization: _same(organization),
    "model_alias": lambda world, organization: world.alias(organization),
    "plan": lambda _, __: _same("trial"),
    "session_key_id": session_key,
}
"""What makes a thing of each kind that stands in a path."""
ELSEWHERE = {"provider", "rest"}
"""Places that name no thing of an organization."""
NOBODYS = {"sign_up_id", "plan", "organization_id"}
"""Things that belong to no organization, or are one: the pages with them are an operator's."""
ENDED = {"/requests/live": "?for=0"}
"""Pages that go on for minutes, and what lets them end at once."""


async def _id(made: Awaitable[object], field: str) -> str:
    return str(getattr(await made, field))


async def _first(made: Awaitable[tuple[object, str]]) -> str:
    return str(getattr((await made)[0], "id"))  # noqa: B009  (an object to the type checker)


async def _same(text: str) -> str:
    return text


async def filled(page: Page, world: World, organization_id: str) -> str:
    """Return a page's path with things of an organization in its places."""
    path = page.path
    for place in PLACE.findall(page.path):
        path = path.replace(f"{{{place}}}", "corp" if place in ELSEWHERE else await MAKERS[place](world, organization_id))
    return path + ENDED.get(page.path, "")


def of_an_organization(page: Page) -> bool:
    """Whether a page shows one thing of an organization."""
    return bool(set(PLACE.findall(page.path)) - ELSEWHERE - NOBODYS)


def test_every_place_of_a_path_has_something_to_stand_in_it() -> None:
    """A page with a new kind of id is walked too."""
    assert {place for page in PAGES for place in PLACE.findall(page.path)} <= MAKERS.keys() | ELSEWHERE


async def test_every_page_is_shown_to_whom_it_is_for_and_to_nobody_else(world: World) -> None:
    """Each page as nobody and as every role: a page, a refusal, or the way to the sign-in, as the table says, and never a defect."""
    visitors = {role: Visitor(world, await world.key(world.a, role)) for role in Role} | {None: Visitor(world)}
    for page in PAGES:
        path = await filled(page, world, world.a)
        for role, visitor in visitors.items():
            if role is Role.OPERATOR:
                visitor.client.cookies.set("__Host-yumen-organization", world.a)
            answer = await visitor.get(path)
            assert FAULTS.search(answer.text) is None, (path, role)
            if not page.open_to(role):
                wanted = 303 if role is None else 403
                assert answer.status_code == wanted, (path, role, answer.status_code, answer.text[-600:])
            elif page.access is Access.EVERYBODY:
                assert answer.status_code < 500, (path, role)
            else:
                assert answer.status_code in (200, 303), (path, role, answer.status_code, answer.text[-600:])


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN, Role.DEVELOPER, Role.BILLING, Role.VIEWER])
async def test_nobody_sees_or_changes_what_is_anothers(world: World, role: Role) -> None:
    """Another organization's ids in every page, looked at and sent to: not there, and nothing of the other changes."""
    visitor = Visitor(world, await world.key(world.a, role))
    for page in filter(of_an_organization, PAGES):
        path = await filled(page, world, world.b)
        answer = await visitor.get(path)
        # A list of one's own may stand at the path of a form; what was asked for does not stand in it.
        identifier = max(path.split("/"), key=len)
        own = answer.status_code == 200 and identifier not in answer.text.replace(path, "")
        assert own or answer.status_code in (403, 404, 405), (path, answer.status_code)
        if page.submit is not None:
            before = await world.offices.audit.page(world.b, limit=1000)
            answer = await visitor.post(path, {"word": "yes", "name": "taken", "role": "admin", "reason": "x", "expiry": "never"})
            assert answer.status_code >= 400, (path, answer.status_code, answer.headers.get("location"))
            assert await world.offices.audit.page(world.b, limit=1000) == before, path


async def test_a_role_that_may_not_see_a_page_cannot_send_it_either(world: World) -> None:
    """A form of a page that is not shown is refused, though it comes from this browser."""
    for role in Role:
        visitor = Visitor(world, await world.key(world.a, role))
        await visitor.get("/nowhere")
        for page in PAGES:
            if page.submit is not None and not page.open_to(role):
                assert (await visitor.post(await filled(page, world, world.a))).status_code == 403, (page.path, role)


async def test_nobody_who_is_not_signed_in_can_send_anything(world: World) -> None:
    """Every form but those of the entrance needs a session."""
    visitor = Visitor(world)
    await visitor.get("/nowhere")
    for page in PAGES:
        if page.submit is not None and page.access is not Access.EVERYBODY:
            assert (await visitor.post(await filled(page, world, world.a))).status_code == 401, page.path
