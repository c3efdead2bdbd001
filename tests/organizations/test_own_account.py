"""The own account: name and password, sessions that can be ended, and other organizations."""

from __future__ import annotations

import pytest

from tests.organizations.doubles import CALLER, HOUR_S, ME, PASSWORD, Town
from yumen.audit import Actor
from yumen.keys import KeyIssuer, KeyOrder
from yumen.organizations import faults
from yumen.organizations.oneself import Oneself
from yumen.organizations.values import Role, SignedIn
from yumen.storage import DatabaseUnavailable

EMAIL, NEW = "ada@example.org", "another password of some length"


async def opened(town: Town, caller: str = CALLER) -> Oneself:
    """Open a session."""
    session = await town.offices.sign_in.open(EMAIL, PASSWORD, caller)
    assert isinstance(session, SignedIn)
    return Oneself(session.user.id, session.key_id, session.organization_id, Actor(f"user:{session.user.id}", caller))


async def living(town: Town, me: Oneself) -> list[str]:
    """Return the ids of the sessions that count."""
    return [each.key_id for each in await town.offices.own_account.sessions(me)]


async def test_another_password_ends_other_sessions(town: Town) -> None:
    """The old password is asked for; this session goes on, every other ends."""
    await town.signed_up(EMAIL)
    me, other = await opened(town), await opened(town)
    account = town.offices.own_account
    with pytest.raises(faults.WrongOwnPassword):
        await account.change_password(me, "wrong", NEW)
    with pytest.raises(faults.WeakPassword):
        await account.change_password(me, PASSWORD, "short")
    assert set(await living(town, me)) == {me.key_id, other.key_id}
    await account.change_password(me, PASSWORD, NEW)
    assert await living(town, me) == [me.key_id]
    with pytest.raises(faults.WrongPassword):
        await town.offices.sign_in.open(EMAIL, PASSWORD, CALLER)
    acts = [one.act for one in await town.offices.audit.page(me.organization_id)]
    assert "password.change" in [act.action for act in acts]
    assert "argon2" not in str(acts)


async def test_guessing_the_own_password_is_limited(town: Town) -> None:
    """Somebody at a session that was left open does not try passwords for ever."""
    await town.signed_up(EMAIL)
    me = await opened(town)
    for _ in range(10):
        with pytest.raises(faults.WrongOwnPassword):
            await town.offices.own_account.change_password(me, "wrong", NEW)
    with pytest.raises(faults.TooManyTries):
        await town.offices.own_account.change_password(me, PASSWORD, NEW)


async def test_what_is_told_of_sessions(town: Town) -> None:
    """When and from where each was opened, when it was used last, which one asks; those that are over are not told of."""
    await town.signed_up(EMAIL)
    old = await opened(town, "192.0.2.1")
    town.clock.pass_s(HOUR_S)
    me = await opened(town, "192.0.2.2")
    town.clock.pass_s(HOUR_S)
    await town.offices.own_account.seen(old.key_id)
    seen_us = town.clock.us
    town.clock.pass_s(60)
    await town.offices.own_account.seen(old.key_id)
    mine, other = await town.offices.own_account.sessions(me)
    assert (mine.key_id, mine.current, mine.address) == (me.key_id, True, "192.0.2.2")
    assert (other.key_id, other.current, other.address, other.seen_us) == (old.key_id, False, "192.0.2.1", seen_us)
    assert other.created_us < mine.created_us < other.seen_us
    town.clock.pass_s(10 * HOUR_S)
    assert await living(town, me) == [me.key_id]


async def test_sessions_are_ended(town: Town) -> None:
    """One, or all others; never somebody else's, and never a key that is no session."""
    await town.signed_up(EMAIL)
    me, second, third, fourth = [await opened(town) for _ in range(4)]
    order = KeyOrder("ci", role=Role.ADMIN, organization_id=me.organization_id, user_id=me.user_id, created_by=me.user_id)
    program = (await KeyIssuer(town.keys, town.clock).create(order)).record
    await town.signed_up("bob@example.org")
    bobs = await town.offices.sign_in.open("bob@example.org", PASSWORD, CALLER)
    assert isinstance(bobs, SignedIn)
    account = town.offices.own_account
    await account.end(me, second.key_id)
    for foreign in (bobs.key_id, second.key_id, "apikey_x"):
        with pytest.raises(faults.Unknown):
            await account.end(me, foreign)
    assert set(await living(town, me)) == {me.key_id, third.key_id, fourth.key_id}
    assert await account.end_others(me) == 2
    assert await living(town, me) == [me.key_id]
    kept = await town.keys.find([bobs.key_id, program.key_id])
    assert [record.revoked_at_us for record in kept.values()] == [None, None]


async def test_going_on_in_another_organization(town: Town) -> None:
    """A new session with the role there, which ends when the old one would have; the old one ends at once."""
    home, ada = await town.signed_up(EMAIL)
    other, _ = await town.signed_up("bob@example.org")
    foreign, _ = await town.signed_up("eve@example.org")
    await town.offices.members.add(ME, other, ada, Role.VIEWER)
    me = await opened(town)
    ends_us = (await town.offices.own_account.sessions(me))[0].expires_us
    town.clock.pass_s(HOUR_S)
    places = await town.offices.own_account.places(me)
    assert {(place.organization.id, place.role, place.current) for place in places} == {(home, "owner", True), (other, "viewer", False)}
    session = await town.offices.sign_in.change_over(me, other)
    assert (session.organization_id, session.role) == (other, Role.VIEWER)
    assert abs(session.expires_us - ends_us) < 1000
    assert await living(town, me) == [session.key_id]
    there = Oneself(ada, session.key_id, other, ME)
    with pytest.raises(faults.Unknown):
        await town.offices.sign_in.change_over(there, foreign)
    await town.offices.registry.suspend(ME, home)
    with pytest.raises(faults.SuspendedOrganization):
        await town.offices.sign_in.change_over(there, home)


async def test_another_name(town: Town) -> None:
    """It is checked, told in the audit log, and shown."""
    _, ada = await town.signed_up(EMAIL)
    me = await opened(town)
    with pytest.raises(faults.WrongName):
        await town.offices.own_account.rename(me, " ")
    await town.offices.own_account.rename(me, " Ada L. ")
    assert (await town.offices.members.user(ada)).name == "Ada L."
    assert (await town.offices.audit.page(me.organization_id))[0].act.after == {"name": "Ada L."}


async def test_a_session_is_used_though_nothing_can_be_written(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """That a session is in use is written where it can be, and refuses nobody where it cannot."""
    await town.signed_up(EMAIL)
    me = await opened(town)

    def unavailable(**_: object) -> None:
        raise DatabaseUnavailable("gone")

    monkeypatch.setattr(town.store, "writing", unavailable)
    await town.offices.own_account.seen(me.key_id)
