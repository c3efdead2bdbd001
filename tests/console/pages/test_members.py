"""Members and invitations by their page: who sees what, roles within the own, links that are shown once."""

from __future__ import annotations

import re

import msgspec
import pytest

from tests.console.api.world import World
from tests.console.pages.visitor import Visitor, text_of
from yumen.keys.values import Role

LINK = re.compile(r"https://console\.test(/invitations/accept\?token=[\w.-]+)")


async def visitor_of(world: World, role: Role, organization: str | None = None) -> Visitor:
    """Return somebody of a role who has the page open."""
    visitor = Visitor(world, await world.key(organization or world.a, role))
    await visitor.get("/members")
    return visitor


async def roles_in(world: World) -> dict[str, Role]:
    """Return who is what in the first organization."""
    return {person.user.id: person.member.role for person in await world.offices.members.every(world.a)}


async def test_everybody_sees_who_is_there_and_those_in_charge_see_more(world: World) -> None:
    """A viewer sees names and roles, and neither invitations nor a button that would be refused."""
    user_id = await world.member(world.a, Role.BILLING)
    await world.invite(world.a, email="asked@example.org")
    viewer, owner = await visitor_of(world, Role.VIEWER), await visitor_of(world, Role.OWNER)
    seen, more = await viewer.get("/members"), await owner.get("/members")
    for page in (seen, more):
        assert "Grace" in text_of(page)
        assert "billing" in text_of(page)
    assert "asked@example.org" in more.text
    assert "asked@example.org" not in seen.text
    assert "<select" not in seen.text
    seen, more = await viewer.get(f"/members/{user_id}"), await owner.get(f"/members/{user_id}")
    assert "Usage, money and limits" in text_of(seen)
    assert f"/members/{user_id}/remove" in more.text
    assert f"/members/{user_id}/remove" not in seen.text
    assert "Second factor" not in text_of(seen)


async def test_an_organization_without_members_says_what_to_do(world: World) -> None:
    """Its list is empty, and the page says so."""
    assert "Nobody is a member yet" in text_of(await (await visitor_of(world, Role.OPERATOR)).get("/members"))


async def test_a_role_is_changed_and_a_member_removed(world: World) -> None:
    """Both are said afterwards, once."""
    user_id = await world.member(world.a, Role.DEVELOPER)
    owner = await visitor_of(world, Role.OWNER)
    answer = await owner.post(f"/members/{user_id}/role", {"role": "billing"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/members/{user_id}")
    assert "Grace has the role “billing” now." in text_of(await owner.get(f"/members/{user_id}"))
    assert (await roles_in(world))[user_id] is Role.BILLING
    await owner.post(f"/members/{user_id}/remove")
    assert "Grace is a member no longer." in text_of(await owner.get("/members"))
    assert await roles_in(world) == {}


async def test_an_admin_gives_and_takes_no_role_above_the_own(world: World) -> None:
    """The choice does not hold it, and a form that sends it all the same is refused on the page."""
    boss = await world.member(world.a, Role.OWNER)
    admin = await visitor_of(world, Role.ADMIN)
    page = await admin.get("/members")
    assert 'value="owner"' not in page.text
    assert f"/members/{boss}/remove" not in (await admin.get(f"/members/{boss}")).text
    for path, fields in ((f"/members/{boss}/remove", {}), (f"/members/{boss}/role", {"role": "viewer"})):
        refused = await admin.post(path, fields)
        assert refused.status_code == 403
        assert "may not" in text_of(refused)
    assert await roles_in(world) == {boss: Role.OWNER}
    assert (await admin.post("/invitations", {"email": "x@example.org", "role": "owner"})).status_code == 403


async def test_a_lost_second_factor_is_taken_away(world: World) -> None:
    """The page says that there is one, and those in charge can let the password alone sign in again."""
    session = await world.session(world.a, Role.DEVELOPER)
    await world.second_factor(session)
    owner, path = await visitor_of(world, Role.OWNER), f"/members/{session.user.id}"
    assert f"{path}/second-factor" in (await owner.get(path)).text
    assert (await owner.post(f"{path}/second-factor")).headers["location"] == path
    page = await owner.get(path)
    assert "The second factor is gone" in text_of(page)
    assert f"{path}/second-factor" not in page.text


async def test_the_last_owner_stays(world: World) -> None:
    """The page says why, and shows the list again."""
    boss = await world.member(world.a, Role.OWNER)
    refused = await (await visitor_of(world, Role.OWNER)).post(f"/members/{boss}/remove")
    assert refused.status_code == 400
    assert "keeps at least one owner" in text_of(refused)
    assert "Grace" in text_of(refused)


async def test_an_invitation_goes_by_mail(world: World) -> None:
    """Its token is in the mail alone; taken back, it opens nothing."""
    owner = await visitor_of(world, Role.OWNER)
    answer = await owner.post("/invitations", {"email": "New@Example.org", "role": "viewer"})
    page = await owner.get(answer.headers["location"])
    assert "An invitation went to new@example.org." in text_of(page)
    assert "invite_" not in answer.headers["location"]
    token = world.town.mail.token("new@example.org")
    assert token not in page.text
    invite_id = token.partition(".")[0]
    await owner.post(f"/invitations/{invite_id}/revoke")
    page = await owner.get("/members")
    assert "The invitation is taken back." in text_of(page)
    assert "new@example.org" not in page.text
    assert (await Visitor(world).get(f"/invitations/accept?token={token}")).status_code == 400


async def test_without_a_mail_server_the_link_is_shown_once(world: World) -> None:
    """The whole link stands in the answer to its making, opens the invitation, and is on no later page."""
    world.services = msgspec.structs.replace(world.services, offices=world.town.open(post=False))
    owner = await visitor_of(world, Role.OWNER)
    made = await owner.post("/invitations", {"email": "new@example.org", "role": "developer"})
    link = LINK.search(made.text)
    assert link
    assert "Organization A" in text_of(await Visitor(world).get(link[1]))
    assert link[1] not in (await owner.get("/members")).text


@pytest.mark.parametrize("role", [Role.DEVELOPER, Role.BILLING, Role.VIEWER])
async def test_nobody_else_changes_anything(world: World, role: Role) -> None:
    """A form that was never shown is refused as a page."""
    user_id = await world.member(world.a, Role.DEVELOPER)
    visitor = await visitor_of(world, role)
    parts = ("role", "remove", "second-factor")
    for path in (*(f"/members/{user_id}/{part}" for part in parts), "/invitations", "/invitations/invite_x/revoke"):
        assert (await visitor.post(path, {"role": "owner", "email": "x@example.org"})).status_code == 403
    assert await roles_in(world) == {user_id: Role.DEVELOPER}


async def test_members_of_another_organization_are_out_of_reach(world: World) -> None:
    """By its ids an owner finds nothing elsewhere."""
    user_id = await world.member(world.a, Role.DEVELOPER)
    invite = (await world.invite(world.a))[0]
    stranger = await visitor_of(world, Role.OWNER, world.b)
    assert (await stranger.get(f"/members/{user_id}")).status_code == 404
    for path in (f"/members/{user_id}/role", f"/members/{user_id}/remove", f"/invitations/{invite.id}/revoke"):
        assert (await stranger.post(path, {"role": "viewer"})).status_code == 404
    assert await roles_in(world) == {user_id: Role.DEVELOPER}
