"""Invitations: sent or shown, accepted once, and not by somebody else."""

from __future__ import annotations

import pytest

from tests.organizations.doubles import CALLER, HOUR_S, ME, PASSWORD, Town
from yumen.errors import NotFound
from yumen.organizations import faults
from yumen.organizations.invitations import status_of
from yumen.organizations.values import NEW_ORGANIZATION, InviteStatus, Role


async def test_a_newcomer_accepts(town: Town) -> None:
    """The token from the mail makes a user with that password, and a member with the invitation's role."""
    organization, _ = await town.signed_up("ada@example.org")
    invited = await town.offices.invitations.create(ME, organization, "Bob@example.org", Role.DEVELOPER)
    assert invited.shown_token is None
    assert status_of(invited.invite, town.clock.now_us()) is InviteStatus.PENDING
    assert "Example" in town.mail.last("bob@example.org").subject
    person = await town.offices.invitations.accept(town.mail.token("bob@example.org"), "Bob", PASSWORD, CALLER)
    assert (person.user.email, person.user.name, person.member.role) == ("bob@example.org", "Bob", Role.DEVELOPER)
    assert (await town.offices.sign_in.open("bob@example.org", PASSWORD, CALLER)).role is Role.DEVELOPER
    (listed,) = await town.offices.invitations.every(organization)
    assert status_of(listed, town.clock.now_us()) is InviteStatus.ACCEPTED
    acts = {one.act.action: one.act for one in await town.offices.audit.page(organization)}
    assert acts["invite.accept"].actor.name == f"user:{person.user.id}"
    assert "hash" not in str(acts["invite.create"])


async def test_a_known_user_proves_itself(town: Town) -> None:
    """Who has an account accepts with its password alone, which stays; a wrong one is refused, and guessing is limited."""
    organization, _ = await town.signed_up("ada@example.org")
    _, bob = await town.signed_up("bob@example.org")
    await town.offices.invitations.create(ME, organization, "bob@example.org", Role.VIEWER)
    token = town.mail.token("bob@example.org")
    for _ in range(10):
        with pytest.raises(faults.WrongPassword):
            await town.offices.invitations.accept(token, "Eve", "a wrong password", CALLER)
    with pytest.raises(faults.TooManyTries):
        await town.offices.invitations.accept(token, "Bob", PASSWORD, CALLER)
    town.clock.pass_s(HOUR_S)
    person = await town.offices.invitations.accept(token, "other name", PASSWORD, CALLER)
    assert (person.user.id, person.user.name, person.member.organization_id) == (bob, "Ada", organization)
    with pytest.raises(faults.AlreadyMember):
        await town.offices.invitations.create(ME, organization, "bob@example.org", Role.VIEWER)


async def test_a_token_opens_once_and_in_time(town: Town) -> None:
    """Used, taken back, expired or invented: the answer is the same."""
    organization, _ = await town.signed_up("ada@example.org")
    invitations = town.offices.invitations
    tokens = []
    for name in "bcd":
        await invitations.create(ME, organization, f"{name}@example.org", Role.VIEWER)
        tokens.append(town.mail.token(f"{name}@example.org"))
    used, taken_back, expired = tokens
    await invitations.accept(used, "B", PASSWORD, CALLER)
    await invitations.delete(ME, organization, taken_back.split(".")[0])
    town.clock.pass_s(21 * 24 * HOUR_S)
    for token in (used, taken_back, expired, f"{expired.split('.')[0]}.x", "", "x"):
        with pytest.raises(faults.WrongCode):
            await invitations.accept(token, "X", PASSWORD, CALLER)
    with pytest.raises(faults.AlreadyDecided):
        await invitations.delete(ME, organization, used.split(".")[0])
    assert [each.email for each in await invitations.every(organization)] == ["d@example.org", "b@example.org"]


async def test_a_weak_password_wastes_nothing(town: Town) -> None:
    """A newcomer whose password is too short may try again."""
    organization, _ = await town.signed_up("ada@example.org")
    await town.offices.invitations.create(ME, organization, "bob@example.org", Role.VIEWER)
    token = town.mail.token("bob@example.org")
    with pytest.raises(faults.WeakPassword):
        await town.offices.invitations.accept(token, "Bob", "short", CALLER)
    assert (await town.offices.invitations.accept(token, "Bob", PASSWORD, CALLER)).user.name == "Bob"


async def test_without_post_the_token_is_shown(town: Town) -> None:
    """Where nothing can send it, whoever invites gets the token, and it stands in no text of the record."""
    offices = town.open(post=False)
    organization, _ = await town.signed_up("ada@example.org")
    invited = await offices.invitations.create(ME, organization, "bob@example.org", Role.OWNER)
    assert invited.shown_token
    assert invited.shown_token not in repr(invited)
    assert (await offices.invitations.accept(invited.shown_token, "Bob", PASSWORD, CALLER)).member.role is Role.OWNER


async def test_what_cannot_be(town: Town) -> None:
    """Foreign organizations, wrong addresses and roles are refused; an invitation to sign up joins no organization."""
    organization, _ = await town.signed_up("ada@example.org")
    invitations = town.offices.invitations
    with pytest.raises(NotFound):
        await invitations.create(ME, "org_x", "bob@example.org", Role.VIEWER)
    with pytest.raises(faults.WrongEmail):
        await invitations.create(ME, organization, "bob", Role.VIEWER)
    with pytest.raises(faults.WrongRole):
        await invitations.create(ME, organization, "bob@example.org", Role.OPERATOR)
    invited = await invitations.create(ME, organization, "bob@example.org", Role.VIEWER)
    with pytest.raises(NotFound):
        await invitations.one("org_x", invited.invite.id)
    await invitations.create(ME, NEW_ORGANIZATION, "eve@example.org", Role.OWNER)
    with pytest.raises(faults.WrongCode):
        await invitations.accept(town.mail.token("eve@example.org"), "Eve", PASSWORD, CALLER)
