"""Signing in, guessing, and the first administrator."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
from argon2 import PasswordHasher

from tests.organizations.doubles import CALLER, HOUR_S, ME, PASSWORD, Town, application
from yumen.app.alerts import key_facts
from yumen.errors import NotFound
from yumen.keys import KeyIssuer, KeyOrder
from yumen.keys.form import parse_key
from yumen.keys.rules import judge_admin
from yumen.keys.values import Credential
from yumen.organizations import faults
from yumen.organizations.passwords import Passwords
from yumen.organizations.rows import SessionRow
from yumen.organizations.sign_in import SESSION_US
from yumen.organizations.values import DEFAULT_ORGANIZATION, Channel, Role, User


async def test_a_session_is_an_admin_key(town: Town) -> None:
    """It opens the admin API for twelve hours with the member's role, and ends when it is closed."""
    organization, ada = await town.signed_up("ada@example.org")
    session = await town.offices.sign_in.open("ada@example.org", PASSWORD, CALLER)
    credential = parse_key(session.key)
    assert isinstance(credential, Credential)
    record = (await town.keys.find([session.key_id]))[session.key_id]
    assert (record.role, record.organization_id, record.user_id) == (Role.OWNER, organization, ada)
    assert session.expires_us == record.expires_at_us == record.created_at_us + 12 * HOUR_S * 1_000_000 - 1
    assert judge_admin(record, credential, session.expires_us - 1) is None
    assert judge_admin(record, credential, session.expires_us) == "expired"
    assert session.key not in repr(session)
    await town.offices.sign_in.close(ME, session.key_id)
    assert (await town.keys.find([session.key_id]))[session.key_id].revoked_at_us is not None
    with pytest.raises(NotFound):
        await town.offices.sign_in.close(ME, "apikey_x")
    act = next(one.act for one in await town.offices.audit.page(organization) if one.act.action == "api_key.create")
    assert (act.actor.name, act.actor.address) == (f"user:{ada}", CALLER)


async def test_a_session_that_is_over_leaves_no_address(town: Town) -> None:
    """Where somebody signed in from is forgotten once that session is over and another one begins."""
    await town.signed_up("ada@example.org")
    for _ in range(2):
        await town.offices.sign_in.open("ada@example.org", PASSWORD, CALLER)
    town.clock.pass_s(13 * HOUR_S)
    last = await town.offices.sign_in.open("ada@example.org", PASSWORD, CALLER)
    async with town.store.reading() as records:
        assert [row.key_id for row in await records.find(SessionRow)] == [last.key_id]  # type: ignore[union-attr]  # no second factor


async def test_that_a_session_ends_is_no_news(town: Town) -> None:
    """Among the keys that are about to expire, an operator is told of those that somebody made to last."""
    organization, ada = await town.signed_up("ada@example.org")
    session = await town.offices.sign_in.open("ada@example.org", PASSWORD, CALLER)
    order = KeyOrder("ci", lifetime_us=SESSION_US, role=Role.ADMIN, organization_id=organization, user_id=ada, created_by=ada)
    made = (await KeyIssuer(town.keys, town.clock).create(order)).record
    facts = {fact.key_id: fact for fact in await key_facts(town.keys)()}
    assert None not in (facts[session.key_id].expires_us, facts[made.key_id].expires_us)
    assert (facts[session.key_id].ends_on_purpose, facts[made.key_id].ends_on_purpose) == (True, False)


async def test_a_suspended_organization_says_so(town: Town) -> None:
    """A session there would open nothing: whoever has another organization is let in there, and everybody else is told."""
    first, ada = await town.signed_up("ada@example.org")
    second, _ = await town.signed_up("bob@example.org")
    await town.offices.registry.suspend(ME, first)
    with pytest.raises(faults.SuspendedOrganization):
        await town.offices.sign_in.open("ada@example.org", PASSWORD, CALLER)
    with pytest.raises(faults.WrongPassword):
        await town.offices.sign_in.open("ada@example.org", "another password", CALLER)
    await town.offices.members.add(ME, second, ada, Role.VIEWER)
    assert (await town.offices.sign_in.open("ada@example.org", PASSWORD, CALLER)).organization_id == second
    with pytest.raises(faults.SuspendedOrganization):
        await town.offices.sign_in.open("ada@example.org", PASSWORD, CALLER, first)


async def test_where_somebody_signs_in(town: Town) -> None:
    """The first organization, or the one that is named; never one without a membership."""
    first, ada = await town.signed_up("ada@example.org")
    second, _ = await town.signed_up("bob@example.org")
    await town.offices.members.add(ME, second, ada, Role.VIEWER)
    assert (await town.offices.sign_in.open("ada@example.org", PASSWORD, CALLER)).organization_id == first
    session = await town.offices.sign_in.open("ada@example.org", PASSWORD, CALLER, second)
    assert (session.organization_id, session.role) == (second, Role.VIEWER)
    with pytest.raises(faults.WrongPassword):
        await town.offices.sign_in.open("bob@example.org", PASSWORD, CALLER, first)


async def test_guessing_is_limited(town: Town) -> None:
    """Ten wrong passwords of one caller for one address, thirty of one caller, in a quarter of an hour; right ones cost nothing."""
    await town.signed_up("ada@example.org")
    sign_in = town.offices.sign_in
    for _ in range(12):
        await sign_in.open("ada@example.org", PASSWORD, CALLER)
    for _ in range(10):
        with pytest.raises(faults.WrongPassword):
            await sign_in.open("ada@example.org", "wrong", CALLER)
    with pytest.raises(faults.TooManyTries) as refused:
        await sign_in.open("ada@example.org", PASSWORD, CALLER)
    assert refused.value.retry_after_s == HOUR_S // 4
    await sign_in.open("ada@example.org", PASSWORD, "192.0.2.99")
    for number in range(20):
        with pytest.raises(faults.WrongPassword):
            await sign_in.open(f"a{number}@example.org", "wrong", CALLER)
    with pytest.raises(faults.TooManyTries):
        await sign_in.open("fresh@example.org", "wrong", CALLER)
    town.clock.pass_s(HOUR_S // 4)
    await sign_in.open("ada@example.org", PASSWORD, CALLER)


async def test_many_guesses_at_once_do_not_pass_together(town: Town) -> None:
    """Of thirty guesses at the same moment ten are tried."""
    await town.signed_up("ada@example.org")
    guesses = (town.offices.sign_in.open("ada@example.org", "wrong", CALLER) for _ in range(30))
    ended = await asyncio.gather(*guesses, return_exceptions=True)
    assert sorted({type(each).__name__ for each in ended}) == ["TooManyTries", "WrongPassword"]
    assert sum(isinstance(each, faults.WrongPassword) for each in ended) == 10


async def test_an_unknown_address_is_as_much_work(town: Town) -> None:
    """The answer is the same for unknown addresses and wrong passwords, and a password is hashed for both."""
    await town.signed_up("ada@example.org")
    told = []
    for email in ("ada@example.org", "nobody@example.org"):
        with pytest.raises(faults.WrongPassword) as refused:
            await town.offices.sign_in.open(email, "wrong", CALLER)
        told.append((refused.value.message, refused.value.status))
    assert told[0] == told[1]
    hasher = CountingHasher()
    passwords = Passwords(hasher)  # type: ignore[arg-type]  # as far as it is used
    stored = await passwords.hash(PASSWORD)
    assert await passwords.fits(PASSWORD, stored)
    for each in (stored, None, stored, None):
        before = hasher.verified
        assert not await passwords.fits("wrong", each)
        assert hasher.verified == before + 1
    assert not await passwords.fits(PASSWORD, None)
    assert not await passwords.fits(PASSWORD, "rubbish")


class CountingHasher:
    """A hasher that counts what it verifies."""

    def __init__(self) -> None:
        self.verified = 0
        self._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        self.hash = self._hasher.hash

    def verify(self, stored: str, password: str) -> bool:
        """Verify, and count what was real work."""
        self.verified += stored.startswith("$argon2id$")
        return self._hasher.verify(stored, password)


async def test_a_removal_during_sign_in_leaves_no_session(town: Town) -> None:
    """Who is removed while the password is verified gets no key that works."""
    organization, ada = await town.signed_up("ada@example.org")
    _, bob = await town.signed_up("bob@example.org")
    await town.offices.members.add(ME, organization, bob, Role.OWNER)
    passwords = town.offices.sign_in._tools.passwords
    original = passwords.fits

    async def fits(password: str, stored: str | None) -> bool:
        right = await original(password, stored)
        await town.offices.members.remove(ME, organization, ada)
        return right

    passwords.fits = fits  # type: ignore[method-assign]  # the moment between
    with pytest.raises(faults.WrongPassword):
        await town.offices.sign_in.open("ada@example.org", PASSWORD, CALLER)
    assert all(record.revoked_at_us is not None for record in await town.keys.every() if record.user_id == ada)


async def test_another_password_during_sign_in_leaves_no_session(town: Town) -> None:
    """Whose password is reset while the old one is verified gets no key that works: resetting has ended all sessions."""
    _, ada = await town.signed_up("ada@example.org")
    passwords, token = town.offices.sign_in._tools.passwords, await town.offices.resets.token(ME, ada)
    original = passwords.fits

    async def fits(password: str, stored: str | None) -> bool:
        right = await original(password, stored)
        await town.offices.resets.complete(token, "another password of some length", CALLER)
        return right

    passwords.fits = fits  # type: ignore[method-assign]  # the moment between
    with pytest.raises(faults.WrongPassword):
        await town.offices.sign_in.open("ada@example.org", PASSWORD, CALLER)
    assert all(record.revoked_at_us is not None for record in await town.keys.every() if record.user_id == ada)


async def test_the_first_administrator(town: Town) -> None:
    """The set-up token makes an operator once; a later token takes the place of an earlier; then there are none."""
    setup = town.offices.setup
    assert await setup.pending()
    old, token = await setup.token() or "", await setup.token() or ""
    for wrong in (old, "", "x"):
        with pytest.raises(faults.WrongCode):
            await setup.claim(wrong, "root@example.org", "Root", PASSWORD)
    with pytest.raises(faults.WeakPassword):
        await setup.claim(token, "root@example.org", "Root", "short")
    user = await setup.claim(token, "Root@example.org", "Root", PASSWORD)
    assert (user.email, user.operator) == ("root@example.org", True)
    assert (await town.offices.members.one(DEFAULT_ORGANIZATION, user.id)).member.role is Role.OWNER
    assert not await setup.pending()
    assert await setup.token() is None
    with pytest.raises(faults.WrongCode):
        await setup.claim(token, "eve@example.org", "Eve", PASSWORD)
    session = await town.offices.sign_in.open("root@example.org", PASSWORD, CALLER)
    assert (session.role, session.organization_id) == (Role.OPERATOR, DEFAULT_ORGANIZATION)
    assert token not in str(await town.offices.audit.page())


async def test_a_first_start_makes_one_token(town: Town) -> None:
    """A later start makes none while the first counts; when it has run out, one more; the keeper is told when it is used."""
    setup, thrown = town.offices.setup, []
    setup._claimed = lambda: thrown.append(1)
    assert await setup.first_token()
    assert await setup.first_token() is None
    town.clock.pass_s(31 * 24 * HOUR_S)
    token = await setup.first_token() or ""
    await setup.claim(token, "root@example.org", "Root", PASSWORD)
    assert thrown == [1]
    assert await setup.first_token() is None


async def test_a_set_up_token_runs_out(town: Town) -> None:
    """After thirty days the token opens nothing."""
    token = await town.offices.setup.token() or ""
    town.clock.pass_s(30 * 24 * HOUR_S)
    with pytest.raises(faults.WrongCode):
        await town.offices.setup.claim(token, "root@example.org", "Root", PASSWORD)


async def test_no_token_counts_beside_an_operator(town: Town) -> None:
    """However an operator came to be, an earlier token opens nothing any more."""
    _, ada = await town.signed_up("ada@example.org")
    token = await town.offices.setup.token() or ""
    async with town.store.writing() as records:
        await records.change(msgspec.structs.replace((await records.find(User, id=ada))[0], operator=True))
    with pytest.raises(faults.WrongCode):
        await town.offices.setup.claim(token, "eve@example.org", "Eve", PASSWORD)


async def test_one_who_signed_up_before_becomes_the_administrator(town: Town) -> None:
    """Who holds the token may use an address that has an account: it becomes an operator's, with the new password."""
    _, ada = await town.signed_up("ada@example.org")
    token = await town.offices.setup.token() or ""
    assert (await town.offices.setup.claim(token, "ada@example.org", "Ada", f"{PASSWORD}2")).id == ada
    assert (await town.offices.sign_in.open("ada@example.org", f"{PASSWORD}2", CALLER)).role is Role.OPERATOR


async def test_a_race_for_the_token_has_one_winner(town: Town) -> None:
    """Two claims at the same moment: one administrator."""
    token = await town.offices.setup.token() or ""
    claims = (town.offices.setup.claim(token, f"{name}@example.org", name, PASSWORD) for name in "ab")
    ended = await asyncio.gather(*claims, return_exceptions=True)
    assert sorted(type(each).__name__ for each in ended) == ["User", "WrongCode"]


async def test_confirmed_only_by_its_own_channel(town: Town) -> None:
    """A code of the address does not confirm the number."""
    step = await town.offices.sign_ups.start(application(), CALLER)
    with pytest.raises(faults.WrongCode):
        await town.offices.sign_ups.confirm(step.sign_up_id, Channel.PHONE, town.mail.code("ada@example.org"), CALLER)
