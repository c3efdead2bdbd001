"""Signing up, from the application to the organization, and what strangers cannot learn or do by it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from tests.organizations.doubles import CALLER, CODE, HOUR_S, ME, MINUTE_S, PASSWORD, Town, application
from yumen.errors import NotFound
from yumen.organizations import faults
from yumen.organizations.rows import Applied
from yumen.organizations.store_sql import TABLES, SqlRecords
from yumen.organizations.values import DEFAULT_ORGANIZATION, NEW_ORGANIZATION, Channel, Kind, Role, SignUpStatus, SignUpStep
from yumen.storage import DatabaseUnavailable


async def test_an_enterprise_signs_up(town: Town) -> None:
    """A confirmed address makes an organization on the plan trial, with its two workspaces and the person as owner."""
    step = await town.offices.sign_ups.start(application(" Ada@Example.org "), CALLER)
    assert (step.waits_for, step.status, step.organization_id) == (Channel.EMAIL, SignUpStatus.VERIFYING, None)
    step = await town.offices.sign_ups.confirm(step.sign_up_id, Channel.EMAIL, town.mail.code("ada@example.org"), CALLER)
    assert (step.waits_for, step.status) == (None, SignUpStatus.APPROVED)
    organization = await town.offices.registry.one(step.organization_id or "")
    assert (organization.name, organization.kind, organization.plan, organization.time_zone) == ("Example", "enterprise", "trial", "UTC")
    workspaces = await town.offices.workspaces.every(organization.id)
    assert [(each.name, each.environment) for each in workspaces] == [("production", "production"), ("staging", "staging")]
    (owner,) = await town.offices.members.every(organization.id)
    assert (owner.user.email, owner.user.name, owner.member.role) == ("ada@example.org", "Ada", Role.OWNER)
    session = await town.offices.sign_in.open("ADA@example.org", PASSWORD, CALLER)
    assert (session.organization_id, session.role) == (organization.id, Role.OWNER)


async def test_an_individual_needs_no_name_of_an_organization(town: Town) -> None:
    """An individual's organization has the person's name where no other is given."""
    step = await town.offices.sign_ups.start(application(kind=Kind.INDIVIDUAL, organization_name=""), CALLER)
    step = await town.offices.sign_ups.confirm(step.sign_up_id, Channel.EMAIL, town.mail.code("ada@example.org"), CALLER)
    assert (await town.offices.registry.one(step.organization_id or "")).name == "Ada"


async def test_the_modes(town: Town) -> None:
    """Closed: nobody. Invitation: only the invited, at the invited address, once."""
    with pytest.raises(faults.SignUpClosed):
        await town.open(post=True, mode="closed").sign_ups.start(application(), CALLER)
    offices = town.open(post=True, mode="invitation")
    with pytest.raises(faults.InvitationNeeded):
        await offices.sign_ups.start(application(), CALLER)
    await offices.invitations.create(ME, NEW_ORGANIZATION, "ada@example.org", Role.OWNER)
    token = town.mail.token("ada@example.org")
    for wrong in (token[:-1], "x.y", "", f"{token}a"):
        with pytest.raises(faults.InvitationNeeded):
            await offices.sign_ups.start(application(invitation=wrong), CALLER)
    with pytest.raises(faults.InvitationNeeded):
        await offices.sign_ups.start(application("eve@example.org", invitation=token), CALLER)
    steps = [await offices.sign_ups.start(application(invitation=token), CALLER) for _ in range(2)]
    codes = [CODE.search(message.text)[0] for _, message in town.mail.sent[-2:]]  # type: ignore[index]  # each has one
    done = await offices.sign_ups.confirm(steps[0].sign_up_id, Channel.EMAIL, codes[0], CALLER)
    assert done.status is SignUpStatus.APPROVED
    with pytest.raises(faults.InvitationNeeded):
        await offices.sign_ups.confirm(steps[1].sign_up_id, Channel.EMAIL, codes[1], CALLER)
    with pytest.raises(faults.InvitationNeeded):
        await offices.sign_ups.start(application(invitation=token), CALLER)


@pytest.mark.parametrize("country", ["CN", "DE"])
async def test_a_number_is_asked_for_where_the_operator_wants_it(town: Town, country: str) -> None:
    """With `phone_required = ["CN"]` a sign-up from there goes on to a text message once the address is confirmed; others do not."""
    offices = town.open(post=True, phone_required=("CN",))
    phone = {"CN": "+8613800138000", "DE": None}[country]
    step = await offices.sign_ups.start(application(country=country, phone=phone), CALLER)
    assert town.texts.sent == []
    step = await offices.sign_ups.confirm(step.sign_up_id, Channel.EMAIL, town.mail.code("ada@example.org"), CALLER)
    if country == "DE":
        assert step.status is SignUpStatus.APPROVED
        return
    assert (step.waits_for, step.status, [to for to, _ in town.texts.sent]) == (Channel.PHONE, SignUpStatus.VERIFYING, [phone])
    step = await offices.sign_ups.confirm(step.sign_up_id, Channel.PHONE, town.texts.code(), CALLER)
    assert step.status is SignUpStatus.APPROVED
    assert (await offices.members.user("ada@example.org")).phone == phone


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"country": "CN"}, faults.PhoneNeeded),
        ({"country": "CN", "phone": "+4915112345678"}, faults.WrongPhone),
        ({"country": "", "phone": None}, faults.WrongCountry),
        ({"country": "XX"}, faults.WrongCountry),
        ({"country": "DE", "phone": "+8613800138000"}, faults.WrongPhone),
    ],
)
async def test_no_way_round_the_number(town: Town, changes: dict[str, Any], fault: type[Exception]) -> None:
    """Neither leaving the country out nor naming another one avoids what is asked of a country."""
    with pytest.raises(fault):
        await town.open(post=True, phone_required=("CN",)).sign_ups.start(application(**changes), CALLER)


async def test_an_administrator_approves(town: Town) -> None:
    """With approval, a verified sign-up waits; the operator sees the purpose and is told, and so is the applicant, either way."""
    offices = town.open(post=True, approval=True)
    token = await offices.setup.token() or ""
    await offices.setup.claim(token, "root@example.org", "Root", PASSWORD)
    for email in ("ada@example.org", "bob@example.org"):
        step = await offices.sign_ups.start(application(email), CALLER)
        step = await offices.sign_ups.confirm(step.sign_up_id, Channel.EMAIL, town.mail.code(email), CALLER)
        assert (step.waits_for, step.status) == (None, SignUpStatus.WAITING)
        assert "Tests." in town.mail.last("root@example.org").text
    bob, ada = await offices.sign_ups.every(SignUpStatus.WAITING)
    assert (ada.purpose, ada.address) == ("Tests.", CALLER)
    with pytest.raises(faults.WrongPassword):
        await offices.sign_in.open("ada@example.org", PASSWORD, CALLER)
    approved = await offices.sign_ups.approve(ME, ada.id)
    assert (approved.status, approved.decided_by) == (SignUpStatus.APPROVED, ME.name)
    assert "approved" in town.mail.last("ada@example.org").subject
    assert (await offices.sign_in.open("ada@example.org", PASSWORD, CALLER)).organization_id == approved.organization_id
    declined = await offices.sign_ups.decline(ME, bob.id, "no room")
    assert (declined.status, declined.reason, declined.organization_id) == (SignUpStatus.DECLINED, "no room", None)
    assert "no room" in town.mail.last("bob@example.org").text
    for identifier in (ada.id, bob.id):
        with pytest.raises(faults.AlreadyDecided):
            await offices.sign_ups.approve(ME, identifier)
    async with town.store.reading() as records:
        assert [each.password_hash for each in await records.find(Applied)] == ["", ""]
    acts = [recorded.act for recorded in await offices.audit.page()]
    assert {("signup.approve", ME), ("signup.decline", ME)} <= {(act.action, act.actor) for act in acts}


async def tried(town: Town, email: str) -> list[object]:
    """What a stranger sees who signs up with an address that is not the stranger's own, ids and times left out."""
    seen: list[object] = []

    async def see(step: Any) -> None:  # noqa: ANN401  (an awaitable)
        try:
            got = await step
            seen.append((got.waits_for, got.status, got.organization_id, len(got.sign_up_id)))
        except Exception as fault:  # noqa: BLE001  (whatever it is: it must be the same)
            seen.append((type(fault), str(fault), getattr(fault, "retry_after_s", None)))

    sign_ups = town.offices.sign_ups
    step = await sign_ups.start(application(email), CALLER)
    await see(sign_ups.send_again(step.sign_up_id, CALLER))
    for code in ("00000000", "11111111", "", "x" * 1000, "00000000", "00000000", "00000000"):
        await see(sign_ups.confirm(step.sign_up_id, Channel.EMAIL, code, CALLER))
    await see(sign_ups.confirm(step.sign_up_id, Channel.PHONE, "00000000", CALLER))
    for _ in range(5):
        await see(sign_ups.send_again(step.sign_up_id, CALLER))
    await see(town.offices.sign_ups.start(application(email), CALLER))
    return seen


async def test_nobody_learns_whether_an_address_is_known(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers, refusals and the work done are the same for an address that has an account and one that has none."""
    await town.signed_up("known@example.org")
    work: list[str] = []
    for name in ("execute",):
        original = getattr(sa.ext.asyncio.AsyncConnection, name)

        async def counted(self: object, statement: Any, *rest: Any, original: Any = original) -> Any:  # noqa: ANN401  (SQLAlchemy's)
            work.append(str(statement).split()[0])
            return await original(self, statement, *rest)

        monkeypatch.setattr(sa.ext.asyncio.AsyncConnection, name, counted)
    sights, works, letters = [], [], []
    for email in ("known@example.org", "new@example.org"):
        town.clock.pass_s(2 * HOUR_S)
        work.clear()
        before = len(town.mail.sent)
        sights.append(await tried(town, email))
        works.append(list(work))
        letters.append([to == email for to, _ in town.mail.sent[before:]])
    assert sights[0] == sights[1]
    assert works[0] == works[1]
    assert letters[0] == letters[1] == [True] * len(letters[0])
    assert "an account already" in town.mail.last("known@example.org").text
    assert CODE.search(town.mail.last("known@example.org").text) is None
    assert town.mail.code("new@example.org")


async def test_codes_expire(town: Town) -> None:
    """A code is valid for its time and not a microsecond longer; a new one takes its place, and the old one opens nothing."""
    for late_us, right in ((-10, True), (1, False)):
        town.clock.pass_s(HOUR_S)
        step = await town.offices.sign_ups.start(application(f"a{late_us}@example.org"), CALLER)
        code = town.mail.code(f"a{late_us}@example.org")
        town.clock.us += 10 * MINUTE_S * 1_000_000 + late_us
        if right:
            await town.offices.sign_ups.confirm(step.sign_up_id, Channel.EMAIL, code, CALLER)
            continue
        with pytest.raises(faults.WrongCode):
            await town.offices.sign_ups.confirm(step.sign_up_id, Channel.EMAIL, code, CALLER)
        await town.offices.sign_ups.send_again(step.sign_up_id, CALLER)
        with pytest.raises(faults.WrongCode):
            await town.offices.sign_ups.confirm(step.sign_up_id, Channel.EMAIL, code, CALLER)
        await town.offices.sign_ups.confirm(step.sign_up_id, Channel.EMAIL, town.mail.code(f"a{late_us}@example.org"), CALLER)


async def test_tries_are_limited(town: Town) -> None:
    """After five wrong tries the right code opens nothing; a used code opens nothing again."""
    step = await town.offices.sign_ups.start(application(), CALLER)
    code = town.mail.code("ada@example.org")
    for _ in range(5):
        with pytest.raises(faults.WrongCode):
            await town.offices.sign_ups.confirm(step.sign_up_id, Channel.EMAIL, "x", CALLER)
    with pytest.raises(faults.WrongCode):
        await town.offices.sign_ups.confirm(step.sign_up_id, Channel.EMAIL, code, CALLER)
    await town.offices.sign_ups.send_again(step.sign_up_id, CALLER)
    await town.offices.sign_ups.confirm(step.sign_up_id, Channel.EMAIL, town.mail.code("ada@example.org"), CALLER)
    with pytest.raises(faults.WrongCode):
        await town.offices.sign_ups.confirm(step.sign_up_id, Channel.EMAIL, town.mail.code("ada@example.org"), CALLER)


async def test_codes_are_rate_limited_for_an_address_and_a_caller(town: Town) -> None:
    """Five codes an hour for one address, whoever asks, and for one caller, whoever is asked for; waiting as told is exactly enough."""
    for number in range(5):
        await town.offices.sign_ups.start(application("ada@example.org"), f"198.51.100.{number}")
    with pytest.raises(faults.TooManyTries) as refused:
        await town.offices.sign_ups.start(application("ada@example.org"), "198.51.100.9")
    assert refused.value.retry_after_s == HOUR_S
    for number in range(5):
        await town.offices.sign_ups.start(application(f"a{number}@example.org"), "2001:db8::1")
    with pytest.raises(faults.TooManyTries):
        await town.offices.sign_ups.start(application("a9@example.org"), "2001:db8::2")
    await town.offices.sign_ups.start(application("a9@example.org"), "2001:db8:0:1::2")
    town.clock.pass_s(HOUR_S - 1)
    with pytest.raises(faults.TooManyTries) as refused:
        await town.offices.sign_ups.start(application("ada@example.org"), "198.51.100.9")
    assert refused.value.retry_after_s == 1
    town.clock.pass_s(1)
    await town.offices.sign_ups.start(application("ada@example.org"), "198.51.100.9")


@pytest.mark.parametrize("how", ["not configured", "broken"])
async def test_without_post_codes_are_shown(town: Town, how: str) -> None:
    """Where nothing can send a code it is kept for `yumen signups`, until it is used or has run out; a sent one is never kept."""
    offices = town.open(post=how == "broken")
    town.mail.broken = True
    step = await offices.sign_ups.start(application(), CALLER)
    (shown,) = await offices.sign_ups.shown_codes()
    assert (shown.subject, shown.channel) == (step.sign_up_id, Channel.EMAIL)
    assert shown.code not in repr(shown)
    await offices.sign_ups.confirm(step.sign_up_id, Channel.EMAIL, shown.code, CALLER)
    assert await offices.sign_ups.shown_codes() == []
    await offices.sign_ups.start(application("bob@example.org"), CALLER)
    town.clock.pass_s(11 * MINUTE_S)
    assert await offices.sign_ups.shown_codes() == []
    town.mail.broken = False
    await town.offices.sign_ups.start(application("eve@example.org"), CALLER)
    assert await offices.sign_ups.shown_codes() == []


async def everything(town: Town) -> str:
    """Whatever stands in the tables of this room, as text."""
    async with town.database.connect() as connection:
        tables = sorted({name for name, _ in TABLES.values()} | {"audit"})
        return str([(await connection.execute(sa.text(f'SELECT * FROM "{name}"'))).all() for name in tables])  # noqa: S608  (our own names)


async def test_nothing_secret_is_kept_or_told(town: Town) -> None:
    """Neither the password nor a code that was sent stands in the database, its audit log, or what is printed of the records."""
    step = await town.offices.sign_ups.start(application(), CALLER)
    code = town.mail.code("ada@example.org")
    await town.offices.sign_ups.confirm(step.sign_up_id, Channel.EMAIL, code, CALLER)
    written = await everything(town)
    assert PASSWORD not in written
    assert code not in written
    assert "$argon2id$" in written
    assert PASSWORD not in repr(application())
    acts = str([recorded.act for recorded in await town.offices.audit.page()])
    assert "argon2" not in acts
    assert "password" not in acts


async def test_who_does_not_go_on_is_forgotten(town: Town) -> None:
    """A sign-up that nobody verified within a week is gone with its codes."""
    step = await town.offices.sign_ups.start(application(), CALLER)
    town.clock.pass_s(8 * 24 * HOUR_S)
    await town.offices.sign_ups.start(application("bob@example.org"), CALLER)
    assert [each.email for each in await town.offices.sign_ups.every()] == ["bob@example.org"]
    with pytest.raises(NotFound):
        await town.offices.sign_ups.send_again(step.sign_up_id, CALLER)


async def test_an_account_that_came_meanwhile_is_kept(town: Town) -> None:
    """Two sign-ups with one address: both become organizations of the one person, and the first password stays."""
    steps = [await town.offices.sign_ups.start(application(password=f"{PASSWORD} {number}"), CALLER) for number in range(2)]
    codes = [CODE.search(message.text)[0] for _, message in town.mail.sent]  # type: ignore[index]  # each has one
    done: list[SignUpStep] = [
        await town.offices.sign_ups.confirm(step.sign_up_id, Channel.EMAIL, code, CALLER) for step, code in zip(steps, codes, strict=True)
    ]
    user = await town.offices.members.user("ada@example.org")
    assert [each.member.organization_id for each in await town.offices.members.of_user(user.id)] == [each.organization_id for each in done]
    await town.offices.sign_in.open("ada@example.org", f"{PASSWORD} 0", CALLER)
    with pytest.raises(faults.WrongPassword):
        await town.offices.sign_in.open("ada@example.org", f"{PASSWORD} 1", CALLER)


async def test_a_sign_up_that_broke_at_its_end_goes_on(town: Town) -> None:
    """When the plan is gone as the last code comes, the code is not lost: asking again completes the sign-up."""
    step = await town.offices.sign_ups.start(application(), CALLER)
    plan = await town.offices.plans.one("trial")
    elsewhere = town.open(post=True, plan="enterprise")
    await elsewhere.plans.delete(ME, "trial")
    with pytest.raises(faults.UnknownPlan):
        await town.offices.sign_ups.confirm(step.sign_up_id, Channel.EMAIL, town.mail.code("ada@example.org"), CALLER)
    await elsewhere.plans.put(ME, plan)
    asked = (town.offices.sign_ups.send_again(step.sign_up_id, CALLER) for _ in range(2))
    ended = await asyncio.gather(*asked, return_exceptions=True)
    # The second finds it under way, or done already.
    assert sorted(type(each).__name__ for each in ended) in (["SignUpStep", "WrongCode"], ["SignUpStep", "SignUpStep"])
    assert (await town.offices.sign_ups.send_again(step.sign_up_id, CALLER)).status is SignUpStatus.APPROVED
    assert len(await town.offices.registry.every()) == 2


async def test_a_confirmed_code_is_confirmed_though_the_next_cannot_be_sent(town: Town) -> None:
    """Where the caller has used up its codes, the address stays confirmed, and the text message can be asked for later."""
    offices = town.open(post=True, phone_required=("*",), codes_per_hour=1)
    step = await offices.sign_ups.start(application(country="CN", phone="+8613800138000"), CALLER)
    step = await offices.sign_ups.confirm(step.sign_up_id, Channel.EMAIL, town.mail.code("ada@example.org"), CALLER)
    assert (step.waits_for, town.texts.sent) == (Channel.PHONE, [])
    with pytest.raises(faults.TooManyTries):
        await offices.sign_ups.send_again(step.sign_up_id, CALLER)
    town.clock.pass_s(HOUR_S)
    await offices.sign_ups.send_again(step.sign_up_id, CALLER)
    assert (await offices.sign_ups.confirm(step.sign_up_id, Channel.PHONE, town.texts.code(), CALLER)).status is SignUpStatus.APPROVED


async def test_whatever_fails_leaves_nothing_half_done(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """An approval whose first, second, third, … write fails leaves the sign-up waiting, and no organization, user or act behind."""
    offices = town.open(post=True, approval=True)
    step = await offices.sign_ups.start(application(), CALLER)
    await offices.sign_ups.confirm(step.sign_up_id, Channel.EMAIL, town.mail.code("ada@example.org"), CALLER)
    acts, revision = await offices.audit.page(), await town.database.read_revision()
    add, left = SqlRecords.add, 0

    async def failing(self: SqlRecords, record: Any) -> None:  # noqa: ANN401  (any record)
        nonlocal left
        left -= 1
        if left < 0:
            raise DatabaseUnavailable
        await add(self, record)

    monkeypatch.setattr(SqlRecords, "add", failing)
    for survived in range(20):
        left = survived
        try:
            await offices.sign_ups.approve(ME, step.sign_up_id)
        except DatabaseUnavailable:
            assert [each.id for each in await offices.registry.every()] == [DEFAULT_ORGANIZATION]
            assert [each.status for each in await offices.sign_ups.every()] == [SignUpStatus.WAITING]
            assert (await offices.audit.page(), await town.database.read_revision()) == (acts, revision)
            with pytest.raises(NotFound):
                await offices.members.user("ada@example.org")
        else:
            break
    assert survived > 8
    assert [each.status for each in await offices.sign_ups.every()] == [SignUpStatus.APPROVED]
