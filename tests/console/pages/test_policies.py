"""The pages of policies: the editor and its line of fault, trying out with marks, attaching, versions, findings and replay."""

from __future__ import annotations

import re

import pytest

from tests.console.api.world import World
from tests.console.pages.visitor import Visitor, text_of
from tests.organizations.doubles import ME
from yumen.console.pages.cookies import ORGANIZATION
from yumen.console.pages.policies.differing import differences
from yumen.console.pages.policies.marking import Piece, marked
from yumen.console.pages.policies.written import FaultyDocument, as_text, fields_written, lines_around
from yumen.keys.values import Role
from yumen.organizations.registry import OrganizationChange
from yumen.policy.document import parse_policy
from yumen.policy.starters import starter_names, starter_text
from yumen.policy.trying import try_body, try_text
from yumen.policy.values import On

HOUSE = """name = "house"

[[rules]]
name = "cats"
action = "redact"
words = ["cat"]
why = "No cats."

[[rules]]
name = "dogs"
action = "block"
words = ["dog"]
why = "No dogs."
"""


async def admin(world: World, language: str = "en") -> Visitor:
    """Return an admin of the first organization, whose plan has policies of its own, at the list."""
    visitor = Visitor(world, await world.key(world.a, Role.ADMIN), language)
    await visitor.get("/policies")
    return visitor


@pytest.mark.parametrize(
    ("old", "new", "line", "why"),
    [
        ('name = "cats"', 'name = "cats', 4, "Illegal character"),
        ('action = "redact"', 'action = "redcat"', 5, "redcat"),
        ('words = ["dog"]', 'wordz = ["dog"]', 12, "wordz"),
        ('words = ["dog"]\n', "", 10, "looks for nothing"),
        ('name = "dogs"\n', "", 9, "name"),
        ('name = "house"', 'name = "House!"', None, "House!"),
        ('why = "No dogs."\n', "why = [", 13, "Invalid value"),
    ],
)
def test_a_faulty_document_says_which_line_and_why(old: str, new: str, line: int | None, why: str) -> None:
    """Whether it is no TOML, has an unknown field or a value of no meaning: the line is that field's, else its rule's."""
    with pytest.raises(FaultyDocument) as caught:
        fields_written(HOUSE.replace(old, new))
    assert (caught.value.line, why in str(caught.value)) == (line, True)


def test_the_faulty_line_is_shown_with_those_around_it() -> None:
    """Two before and two behind, as far as there are any."""
    assert [(each.number, each.wrong) for each in lines_around("a\nb\nc\nd", 2)] == [(1, False), (2, True), (3, False), (4, False)]
    assert lines_around("a", None) == []


@pytest.mark.parametrize("name", starter_names())
def test_what_is_stored_reads_as_it_was_written(name: str) -> None:
    """A document that is shown as TOML means the same policy when it is stored again."""
    text = starter_text(name)
    assert parse_policy(as_text(fields_written(text))) == parse_policy(text)


def test_passages_are_marked_where_they_stand() -> None:
    """In a text by line and column; in a body also where it is escaped; each hit of a string by itself, markup as it is."""
    policy = parse_policy(HOUSE)
    assert marked("one\n<b>cat</b> dog", try_text(policy, "one\n<b>cat</b> dog", On.REQUEST).hits) == [
        Piece("one\n<b>"),
        Piece("cat", "cats", "redact"),
        Piece("</b> "),
        Piece("dog", "dogs", "block"),
    ]
    body = '{"messages": [{"role": "user", "content": "cat, \\u0063at and cat"}]}'
    pieces = marked(body, try_body(policy, body.encode(), On.REQUEST).hits)
    assert "".join(piece.text for piece in pieces) == body
    assert [piece.text for piece in pieces if piece.rule] == ["cat", "cat"]


def test_the_difference_shows_what_was_added_and_what_is_gone() -> None:
    """And a few lines around it."""
    found = differences("a\nb\nc", "a\nx\nc")
    assert [(each.kind, each.text) for each in found] == [("same", "a"), ("gone", "b"), ("added", "x"), ("same", "c")]
    assert differences("a", "a") == []


async def test_a_policy_s_life(world: World) -> None:
    """From a starter; tried out before it is stored; stored, attached in shadow, put in force, changed, gone back, detached, deleted."""
    visitor = await admin(world)
    assert "No policy is stored yet" in text_of(await visitor.get("/policies"))
    assert "personal-data" in (await visitor.get("/policies/_new?starter=personal-data")).text
    tried = await visitor.post("/policies/_new", {"document": HOUSE, "act": "test", "kind": "text", "sample": "a <i>cat</i>"})
    assert 'a &lt;i&gt;<mark class="redact" title="cats">cat</mark>&lt;/i&gt;' in tried.text
    assert (await world.offices.policies.every(world.a)) == []
    stored = await visitor.post("/policies/_new", {"document": HOUSE, "act": "save"})
    assert stored.headers["location"] == "/policies/house"
    place = f"organization {world.a}"
    await visitor.post("/policies/house", {"act": "attach", "place": place, "shadow": "1"})
    assert [each.shadow for each, _ in await world.offices.policies.attachments(world.a)] == [True]
    await visitor.post("/policies/house", {"act": "attach", "place": place, "version": ""})
    assert [each.shadow for each, _ in await world.offices.policies.attachments(world.a)] == [False]
    await visitor.post("/policies/house", {"act": "save", "document": HOUSE.replace("cat", "hat")})
    page = await visitor.get("/policies/house?compare=1")
    assert '<span class="gone">' in page.text
    assert '<span class="added">+' in page.text
    await visitor.post("/policies/house", {"act": "revert", "version": "1"})
    versions = await world.offices.policies.versions("house", world.a)
    assert [each.version for each in versions] == [3, 2, 1]
    assert versions[0].document == versions[2].document
    refused = await visitor.post("/policies/house", {"act": "delete"})
    assert refused.status_code >= 400
    await visitor.post("/policies/house", {"act": "detach", "place": place})
    assert (await visitor.post("/policies/house", {"act": "delete"})).headers["location"] == "/policies"
    assert (await visitor.get("/policies/house")).status_code == 404


async def test_a_faulty_document_is_not_lost(world: World) -> None:
    """The page shows it again with its line, in the visitor's language, and stores nothing."""
    visitor = await admin(world, "zh")
    answer = await visitor.post("/policies/_new", {"document": HOUSE.replace("redact", "redcat"), "act": "save"})
    assert answer.status_code == 400
    assert "第 5 行" in text_of(answer)
    assert "redcat" in answer.text.split("<textarea")[1]
    assert (await world.offices.policies.every(world.a)) == []


async def test_a_plan_without_policies_says_so_and_offers_no_button(world: World) -> None:
    """Whoever could not store a policy is told before writing one."""
    await world.offices.registry.update(ME, world.a, OrganizationChange(plan="trial"))
    visitor = await admin(world)
    page = text_of(await visitor.get("/policies"))
    assert "Your plan has no policies of its own" in page
    assert "New policy" not in page
    answer = await visitor.post("/policies/_new", {"document": HOUSE, "act": "save"})
    assert answer.status_code >= 400


async def test_the_operator_s_policy_is_seen_by_name_alone(world: World) -> None:
    """An organization's admin sees that it applies, none of its rules, and changes nothing."""
    operator = Visitor(world, await world.key(world.a, Role.OPERATOR))
    await operator.get("/policies")
    await operator.post("/policies/_new", {"document": HOUSE, "act": "save", "for_everybody": "1"})
    visitor = await admin(world)
    page = await visitor.get("/policies/house")
    assert "Its rules are the operator's to see." in page.text.replace("&#39;", "'")
    assert "No cats." not in page.text
    assert 'name="act"' not in page.text


async def test_findings_and_their_words_are_the_organization_s_own(world: World) -> None:
    """Counted by rule; the words are marked, escaped, and written into the audit log; another organization gets a 404."""
    request_id = await world.flagged(world.a, "see <cat> there")
    await world.flagged(world.a, "a cat of another request")
    visitor = await admin(world)
    page = await visitor.get("/policies/_found?span=30d")
    assert "house / cats" in re.sub(r"\s+", " ", text_of(page))
    assert f"/requests/{request_id}" in page.text
    assert "there" not in text_of(page).split("One by one")[1]
    assert '<option value="house">' in page.text  # nothing of that name is stored: its findings are here all the same
    words = await visitor.get(f"/policies/_found/{request_id}")
    assert 'see &lt;<mark class="block" title="cats">cat</mark>&gt; there' in words.text
    assert "another request" not in words.text
    assert (await world.offices.audit.page(world.a))[0].act.action == "policy_flag.read"
    stranger = Visitor(world, await world.key(world.b, Role.ADMIN))
    assert (await stranger.get(f"/policies/_found/{request_id}")).status_code == 404
    assert request_id not in (await stranger.get("/policies/_found")).text


async def test_a_replay_goes_part_by_part(world: World) -> None:
    """A script is told what would be done, how far it is and where to go on; a form without one gets the newest part."""
    await world.flagged(world.a)
    visitor = await admin(world)
    await visitor.post("/policies/_new", {"document": HOUSE, "act": "save"})
    await visitor.get("/policies/_replay")
    answer = (await visitor.ask("/policies/_replay", {"policy": "house", "span": "7d"})).json()
    assert answer["share"] == 1.0
    assert answer["part"]["changes"] == [{"rule": "house/cats", "action": "block", "new_rule": "cats", "new_action": "redact", "hits": 1}]
    page = await visitor.post("/policies/_replay", {"policy": "house", "span": "7d"})
    assert "house/cats block cats redact 1" in text_of(page)


async def test_a_long_replay_has_pages(world: World) -> None:
    """Each call looks at so many flags at most, and the cursor goes on with older ones until none is left."""
    for _ in range(3):
        await world.flagged(world.a)
    key = await world.key(world.a, Role.ADMIN)
    asked = {"document": fields_written(HOUSE), "starting_at": "2020-01-01T00:00:00Z", "limit": 2}
    first = (await world.ask("POST", "/v1/organizations/policy_replays", key, json=asked)).json()
    second = (await world.ask("POST", "/v1/organizations/policy_replays", key, json=asked | {"page": first["next_page"]})).json()
    assert (first["looked_at"], second["looked_at"], second["next_page"]) == (2, 1, None)


async def test_the_operators_behind_an_own_one_has_a_page_of_its_own(world: World) -> None:
    """Each of the two stands in the list with its own address; the hidden one says that it is, and what is done there is done to it."""
    await world.offices.policies.add(ME, parse_policy(HOUSE), None)
    await world.offices.policies.add(ME, parse_policy(HOUSE.replace("No cats", "Only ours")), world.a)
    operator = Visitor(world, await world.key(world.a, Role.OPERATOR))
    operator.client.cookies.set(ORGANIZATION, world.a, domain="console.test", path="/")
    hidden, own = sorted(set(re.findall(r'href="(/policies/(?:house|policy_\w+))"', (await operator.get("/policies")).text)), reverse=True)
    assert own == "/policies/house"
    assert "Only ours" in (await operator.get(own)).text
    page = await operator.get(hidden)
    assert "No cats" in page.text
    assert "a policy of its own by the same name" in text_of(page)
    attached = await operator.post(hidden, {"act": "attach", "place": f"organization {world.a}", "shadow": "1"})
    assert (attached.status_code, attached.headers["location"]) == (303, hidden)
    saved = await operator.post(hidden, {"act": "save", "document": HOUSE.replace("No cats", "No lions")})
    assert (saved.status_code, saved.headers["location"]) == (303, hidden)
    assert "No lions" in (await operator.get(hidden)).text
    assert "Only ours" in (await operator.get(own)).text
    replay = (await operator.get("/policies/_replay")).text
    assert f'value="{hidden.rpartition("/")[2]}"' in replay


async def test_a_document_of_another_name_is_another_policy(world: World) -> None:
    """Whoever changes the name in the editor is told so, and led there."""
    await world.offices.policies.add(ME, parse_policy(HOUSE), world.a)
    visitor = await admin(world)
    done = await visitor.post("/policies/house", {"act": "save", "document": HOUSE.replace('"house"', '"home"')})
    assert done.headers["location"] == "/policies/home"
    assert "stored as a policy of its own" in text_of(await visitor.get("/policies/home"))


async def test_a_sample_of_many_hits_makes_no_endless_page(world: World) -> None:
    """The first ones are told, with how many there are; all of the text is shown."""
    visitor = await admin(world)
    text = "a cat " * 3_000
    page = await visitor.post("/policies/_new", {"act": "test", "document": HOUSE, "kind": "text", "sample": text})
    assert page.text.count("<mark") == 2_000
    assert "The first 200 of 3,000 hits." in text_of(page)
