"""The pages of conversations and of kept content: whose they are, what is shown, and who is written down for reading."""

from __future__ import annotations

import msgspec
import pytest

from tests.console.api.world import World
from tests.console.pages.visitor import Visitor, text_of
from tests.ledger.making import make_entry
from yumen.console.pages.conversations.said import Part, messages_of
from yumen.keys.values import Role
from yumen.ledger.query import Batch
from yumen.ledger.store_sql import SqlLedger
from yumen.sessions import TurnState


async def signed_in(world: World, role: Role = Role.ADMIN, language: str = "en") -> Visitor:
    """Return somebody of the first organization at the list."""
    visitor = Visitor(world, await world.key(world.a, role), language)
    await visitor.get("/conversations")
    return visitor


def test_what_is_no_text_is_folded_by_its_kind() -> None:
    """Thinking, tools and their results are told apart, an image's bytes are left out, and what is not known is shown as it is."""
    blocks = [
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        {"type": "tool_use", "id": "t", "name": "look", "input": {"a": 1}},
        {"type": "tool_result", "tool_use_id": "t", "content": [{"type": "text", "text": "found"}]},
        {"type": "image", "source": {"type": "base64", "data": "AAAA"}},
        {"type": "new_kind", "x": 1},
        {"type": "text", "text": "done"},
    ]
    parts = messages_of([{"role": "assistant", "content": blocks}])[0].parts
    assert [part.kind for part in parts] == ["thinking", "tool_use", "tool_result", "image", "other", "text"]
    assert (parts[0].text, parts[1].name, parts[2].text, "AAAA" in parts[3].text) == ("hm", "look", "found", False)
    assert messages_of([{"role": "user", "content": "hello"}])[0].parts == [Part("text", "hello")]


async def test_a_conversation_is_read_as_it_was_said_and_that_is_written_down(world: World) -> None:
    """Placeholders stay, nothing of the list is said, and the audit log names the reader and the conversation."""
    conversation_id = await world.conversation(world.a)
    visitor = await signed_in(world, Role.DEVELOPER)
    listed = await visitor.get("/conversations")
    assert f"/conversations/{conversation_id}" in listed.text
    assert "PERSON_1" not in listed.text
    assert "claude-haiku-4-5" in listed.text
    assert not [each for each in await world.offices.audit.page(world.a) if each.act.action == "conversation.read"]
    page = text_of(await visitor.get(f"/conversations/{conversation_id}"))
    assert "What is my name? [PERSON_1]" in page
    assert "You are [PERSON_1]." in page
    read = (await world.offices.audit.page(world.a))[0].act
    assert (read.action, read.target) == ("conversation.read", conversation_id)
    assert read.actor.name.startswith("key:")


async def test_a_turn_says_what_it_cost_to_whoever_may_see_costs(world: World) -> None:
    """By the ledger's line of its request; a developer sees none."""
    conversation_id = await world.conversation(world.a)
    key = await world.key(world.a, Role.ADMIN)
    path = f"/v1/organizations/conversations/{conversation_id}"
    turn = (await world.ask("GET", path, key)).json()["turns"][0]
    assert turn["cost_usd"] is None
    entry = msgspec.structs.replace(make_entry(), request_id=turn["request_id"], organization_id=world.a, cost_nanousd=1_500_000)
    await SqlLedger(world.database).add(Batch([entry], "a-segment", 1))
    assert (await world.ask("GET", path, key)).json()["turns"][0]["cost_usd"] == "0.0015"
    assert "$0.0015" in text_of(await (await signed_in(world)).get(f"/conversations/{conversation_id}"))
    assert (await world.ask("GET", path, await world.key(world.a, Role.DEVELOPER))).json()["turns"][0]["cost_usd"] is None


async def test_conversations_are_found_by_name_and_page_by_page(world: World) -> None:
    """A part of the name is enough; signs that mean something elsewhere mean themselves; pages follow each other without a gap."""
    ids = [await world.conversation(world.a) for _ in range(3)]
    key = await world.key(world.a, Role.ADMIN)
    first = (await world.ask("GET", "/v1/organizations/conversations", key, params={"limit": 2})).json()
    rest = (await world.ask("GET", "/v1/organizations/conversations", key, params={"limit": 2, "page": first["next_page"]})).json()
    assert sorted(each["id"] for each in [*first["data"], *rest["data"]]) == sorted(ids)
    assert (len(first["data"]), rest["next_page"]) == (2, None)
    name = first["data"][0]["name"]
    found = (await world.ask("GET", "/v1/organizations/conversations", key, params={"name": name.upper()})).json()
    assert [each["name"] for each in found["data"]] == [name]
    assert (await world.ask("GET", "/v1/organizations/conversations", key, params={"name": "%"})).json()["data"] == []
    assert first["data"][0]["usage"]["input_tokens"] == 7


async def test_a_broken_turn_is_marked(world: World) -> None:
    """What does not count is shown and says so."""
    conversation_id = await world.conversation(world.a, state=TurnState.BROKEN, answer=None)
    page = text_of(await (await signed_in(world)).get(f"/conversations/{conversation_id}"))
    assert "broken: it does not count" in page


@pytest.mark.parametrize(("form", "begins"), [("json", "{"), ("markdown", "# talk"), ("jsonl", '{"role"')])
async def test_a_conversation_is_exported_as_a_file(world: World, form: str, begins: str) -> None:
    """With a name and without the values of placeholders; the audit log says who."""
    conversation_id = await world.conversation(world.a)
    answer = await (await signed_in(world)).get(f"/conversations/{conversation_id}/export?format={form}")
    assert answer.text.startswith(begins)
    assert answer.headers["content-disposition"].startswith('attachment; filename="talk-')
    assert (await world.offices.audit.page(world.a))[0].act.action == "conversation.export"


async def test_a_conversation_is_copied_and_deleted_by_people_in_charge(world: World) -> None:
    """A copy opens like the first; a developer may do neither; a name that is taken is refused."""
    conversation_id = await world.conversation(world.a)
    visitor, developer = await signed_in(world), await signed_in(world, Role.DEVELOPER)
    assert (await developer.post(f"/conversations/{conversation_id}", {"act": "delete"})).status_code == 403
    copied = await visitor.post(f"/conversations/{conversation_id}", {"act": "fork", "name": "copy"})
    assert "You are [PERSON_1]." in text_of(await visitor.get(copied.headers["location"]))
    assert (await visitor.post(f"/conversations/{conversation_id}", {"act": "fork", "name": "copy"})).status_code == 400
    assert (await visitor.post(f"/conversations/{conversation_id}", {"act": "fork", "name": "a name"})).status_code == 400
    assert (await visitor.post(f"/conversations/{conversation_id}", {"act": "delete"})).headers["location"] == "/conversations"
    assert (await visitor.get(f"/conversations/{conversation_id}")).status_code == 404
    actions = [each.act.action for each in await world.offices.audit.page(world.a)]
    assert {"conversation.fork", "conversation.delete"} <= set(actions)


async def test_another_organization_s_conversations_and_content_are_not_there(world: World) -> None:
    """By its ids nothing is read, exported, copied or deleted, and nobody is written down for it."""
    conversation_id, request_id = await world.conversation(world.a), await world.content(world.a)
    stranger = Visitor(world, await world.key(world.b, Role.OWNER))
    assert conversation_id not in (await stranger.get("/conversations")).text
    for path in (f"/conversations/{conversation_id}", f"/conversations/{conversation_id}/export", f"/requests/{request_id}/content"):
        assert (await stranger.get(path)).status_code == 404
    for act in ("fork", "delete"):
        assert (await stranger.post(f"/conversations/{conversation_id}", {"act": act, "name": "x"})).status_code == 404
    assert await world.offices.audit.page(world.b) == [
        each for each in await world.offices.audit.page(world.b) if "read" not in each.act.action
    ]
    assert (await (await signed_in(world)).get(f"/conversations/{conversation_id}")).status_code == 200


async def test_what_a_closed_workspace_kept_is_still_there(world: World) -> None:
    """Closing a workspace deletes none of its conversations, so they are listed and read."""
    conversation_id = await world.conversation(world.a)
    workspace = (await world.offices.workspaces.every(world.a))[0]
    async with world.town.store.writing() as records:
        await records.change(msgspec.structs.replace(workspace, archived_us=world.clock.now_us()))
    visitor = await signed_in(world)
    assert conversation_id in (await visitor.get("/conversations")).text
    assert (await visitor.get(f"/conversations/{conversation_id}")).status_code == 200


async def test_an_isolated_organization_without_content_says_so(world: World) -> None:
    """In the visitor's language, instead of an empty list."""
    async with world.town.store.writing() as records:
        await records.change(msgspec.structs.replace(await world.offices.registry.one(world.a), isolated=True))
    assert "该组织不留存内容" in text_of(await (await signed_in(world, language="zh")).get("/conversations"))


async def test_kept_content_is_for_people_in_charge_and_says_what_was_cut(world: World) -> None:
    """A developer is refused, an admin sees it and stands in the audit log; what was not kept is a 404 that says why."""
    request_id = await world.content(world.a)
    developer, visitor = await signed_in(world, Role.DEVELOPER), await signed_in(world)
    assert (await developer.get(f"/requests/{request_id}/content")).status_code == 403
    page = text_of(await visitor.get(f"/requests/{request_id}/content"))
    assert '"model": "m"' in page
    assert "… 86 bytes more" in page
    read = (await world.offices.audit.page(world.a))[0].act
    assert (read.action, read.target) == ("content.read", request_id)
    nothing = await visitor.get("/requests/req_00000000000000000000000x/content")
    assert (nothing.status_code, "Nothing is kept" in text_of(nothing)) == (404, True)


@pytest.mark.parametrize(
    ("days", "kept", "said"), [(0, False, "keeps no conversations"), (0, True, "until you delete them"), (7, False, "7 days")]
)
async def test_the_list_says_how_long_conversations_are_kept(world: World, *, days: int, kept: bool, said: str) -> None:
    """Where none is stored any more that is named, with what becomes of those that there are."""
    world.services = msgspec.structs.replace(world.services, conversation_days=days)
    if kept:
        await world.conversation(world.a)
    assert said in text_of(await (await signed_in(world)).get("/conversations"))
