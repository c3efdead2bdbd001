"""Another organization's ids in queries, fields and bodies: what works with one's own is refused, or finds nothing, with another's."""

from __future__ import annotations

import re

import msgspec
import pytest

from tests.console.api.world import World
from tests.console.pages.test_walk import MAKERS
from tests.console.pages.visitor import Visitor, text_of
from yumen.keys.values import Role
from yumen.limits.values import Scope, ScopeKind

PLACE = re.compile(r"{(\w+)}")
KEY = {"expiry": "", "content": "off"}
LIMIT = {"kind": "requests_per_minute", "value": "5", "mode": "enforce"}


class Asking(msgspec.Struct, frozen=True):
    """A form that names a thing in a field. Things stand in it as `{kind}`; `{own_policy}` is always the visitor's."""

    path: str
    fields: dict[str, str]
    done: int = 303
    """How it is answered where the thing is one's own."""


READING = (
    "/requests?key={api_key_id}",
    "/requests?workspace={workspace_id}",
    "/requests?member={user_id}",
    "/requests?search={request_id}",
    "/requests?search={session_id}",
    "/requests/export?search={request_id}&format=csv",
    "/requests/export?workspace={workspace_id}",
    "/keys?workspace_id={workspace_id}",
    "/keys?after_id={api_key_id}",
    "/conversations?workspace_id={workspace_id}",
    "/conversations?user_id={user_id}",
    "/audit?target={workspace_id}",
    "/audit/export?target={workspace_id}",
    "/limits/set?scope=key:{api_key_id}&kind=requests_per_minute&value=5",
    "/limits/set?scope=workspace:{workspace_id}&kind=requests_per_minute&value=5",
    "/policies/_found?policy={policy}",
    "/playground?workspace={workspace_id}",
    "/members?after_id={user_id}",
    "/workspaces?after_id={workspace_id}",
)
"""Pages that name a thing in their query."""
WRITING = (
    Asking("/keys/new", {"name": "k", "workspace_id": "{workspace_id}", **KEY}, 200),
    Asking("/limits/set", {"scope": "key:{api_key_id}", **LIMIT}),
    Asking("/limits/set", {"scope": "workspace:{workspace_id}", **LIMIT}),
    Asking("/limits/set", {"scope": "member:{user_id}", **LIMIT}),
    Asking("/limits", {"scope": "workspace:{limited}", "kind": "requests_per_minute"}),
    Asking("/policies/{own_policy}", {"act": "attach", "place": "workspace {workspace_id}"}),
    Asking("/policies/{own_policy}", {"act": "attach", "place": "key {api_key_id}"}),
    Asking("/policies/_replay", {"policy": "{policy}", "span": "24h"}, 200),
)
"""Forms that name a thing in a field."""


class Things:
    """What an organization has, each made when it is first named."""

    def __init__(self, world: World, organization_id: str) -> None:
        self.world = world
        self.organization_id = organization_id
        self.ids: dict[str, str] = {}

    async def of(self, kind: str) -> str:
        """Return a thing's id."""
        if kind not in self.ids:
            self.ids[kind] = await (self.limited() if kind == "limited" else MAKERS[kind](self.world, self.organization_id))
        return self.ids[kind]

    async def limited(self) -> str:
        """Make a workspace with a limit."""
        workspace_id = (await self.world.workspace(self.organization_id)).id
        await self.world.limit(Scope(ScopeKind.WORKSPACE, workspace_id), self.organization_id)
        return workspace_id

    async def filled(self, text: str) -> str:
        """Return a text with things in its places."""
        for kind in PLACE.findall(text):
            if kind in self.ids or kind != "own_policy":
                text = text.replace(f"{{{kind}}}", await self.of(kind))
        return text

    async def everything(self) -> None:
        """Make one of each kind, and requests that tell of them."""
        for kind in ("api_key_id", "workspace_id", "user_id", "request_id", "session_id", "policy"):
            await self.of(kind)
        told = {"key_id": "api_key_id", "workspace_id": "workspace_id", "user_id": "user_id"}
        for field, kind in told.items():
            made = await self.world.request(self.organization_id, **{field: self.ids[kind]})
            self.ids[f"request of {kind}"] = made.request_id


async def test_a_query_finds_nothing_of_anothers(world: World) -> None:
    """Whatever of another's is asked for: nothing comes but what was sent, and the same finds what is one's own."""
    visitor, own, others = Visitor(world, await world.key(world.a, Role.OWNER)), Things(world, world.a), Things(world, world.b)
    await own.everything()
    await others.everything()
    for asking in READING:
        path = await others.filled(asking)
        sent = [each for each in others.ids.values() if each in path]
        answer = await visitor.get(path)
        assert answer.status_code in (200, 400, 404), (path, answer.status_code)
        shown = answer.text
        for each in sent:
            shown = shown.replace(each, "")
        assert [kind for kind, each in others.ids.items() if each in shown] == [], path
        assert "Organization B" not in shown, path
        assert (await visitor.get(await own.filled(asking))).status_code == 200, asking


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN])
async def test_a_field_reaches_nothing_of_anothers(world: World, role: Role) -> None:
    """A form that works with one's own thing is refused with another's, and neither organization has anything to tell of it."""
    visitor, own, others = Visitor(world, await world.key(world.a, role)), Things(world, world.a), Things(world, world.b)
    own.ids["own_policy"] = others.ids["own_policy"] = await world.policy(world.a, attached=False)
    await visitor.get("/nowhere")
    for asking in WRITING:
        fields = {name: await others.filled(value) for name, value in asking.fields.items()}
        before = [await world.offices.audit.page(each, limit=1000) for each in (world.a, world.b)]
        answer = await visitor.post(await own.filled(asking.path), fields)
        assert answer.status_code in (400, 403, 404), (asking, answer.status_code, answer.headers.get("location"))
        assert [await world.offices.audit.page(each, limit=1000) for each in (world.a, world.b)] == before, asking
        fields = {name: await own.filled(value) for name, value in asking.fields.items()}
        answer = await visitor.post(await own.filled(asking.path), fields)
        assert answer.status_code == asking.done, (asking, answer.status_code, text_of(answer)[-400:])


async def test_nobody_ends_or_enters_what_is_anothers(world: World) -> None:
    """The session of somebody else goes on, and an organization of which one is no member stays closed."""
    session, stranger = await world.session(world.a), await world.session(world.b)
    visitor = Visitor(world, session.key)
    await visitor.get("/account")
    assert (await visitor.post("/account/sessions/end", {"id": stranger.key_id})).status_code == 404
    assert (await visitor.post("/account/organization", {"organization_id": world.b})).status_code == 404
    assert (await Visitor(world, stranger.key).get("/account")).status_code == 200
    visitor.client.cookies.set("__Host-yumen-organization", world.b)
    assert "Organization B" not in (await visitor.get("/limits")).text


async def test_a_script_reaches_nothing_of_anothers(world: World) -> None:
    """Bodies of JSON, and the workspace in which a prompt is tried, are one's own."""
    visitor, own, others = Visitor(world, (await world.session(world.a)).key), Things(world, world.a), Things(world, world.b)
    await visitor.get("/playground")
    for path, body in (
        (f"/playground/messages?workspace={await others.of('workspace_id')}", {"model": "m"}),
        (f"/playground/prompts/{await others.of('prompt_id')}", {"name": "taken"}),
        ("/policies/_replay", {"policy": await others.of("policy"), "span": "24h"}),
    ):
        answer = await visitor.ask(path, body)
        assert answer.status_code in (400, 403, 404), (path, answer.status_code, answer.text)
    assert (await visitor.ask("/policies/_replay", {"policy": await own.of("policy"), "span": "24h"})).status_code in (200, 403)
