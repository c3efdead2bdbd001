"""Second factors: an app's code beside the password, once each, recovery codes, and who takes one away."""

from __future__ import annotations

import pyotp
import pytest

from tests.organizations.doubles import CALLER, HOUR_S, ME, PASSWORD, Town, code_now
from yumen.audit import Actor
from yumen.organizations import faults
from yumen.organizations.oneself import Oneself
from yumen.organizations.pending import LIFE_US
from yumen.organizations.recovery import COUNT
from yumen.organizations.rows import RecoveryCode, SecondFactor
from yumen.organizations.totp import STEP_US, step_of
from yumen.organizations.values import DEFAULT_ORGANIZATION, Role, SecondStep, SignedIn

EMAIL = "ada@example.org"
STEP_S = STEP_US // 1_000_000
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


async def signed_in(town: Town, email: str = EMAIL) -> Oneself:
    """Sign somebody up and in."""
    organization, user_id = await town.signed_up(email)
    session = await town.offices.sign_in.open(email, PASSWORD, CALLER)
    assert isinstance(session, SignedIn)
    return Oneself(user_id, session.key_id, organization, Actor(f"user:{user_id}", CALLER))


async def with_factor(town: Town) -> tuple[Oneself, str, list[str]]:
    """Sign somebody up and switch a second factor on; return who, the secret and the recovery codes. The next step's code counts."""
    me = await signed_in(town)
    secret = (await town.offices.second_factors.begin(me)).secret
    codes = await town.offices.second_factors.confirm(me, code_now(secret, town.clock), PASSWORD)
    town.clock.pass_s(STEP_S)
    return me, secret, codes


async def first_step(town: Town) -> str:
    """Give the password, and return the token for the code."""
    step = await town.offices.sign_in.open(EMAIL, PASSWORD, CALLER)
    assert isinstance(step, SecondStep)
    assert step.token not in repr(step)
    return step.token


@pytest.mark.parametrize(("offset", "counts"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_codes_count_a_step_around(offset: int, *, counts: bool) -> None:
    """A code counts in its thirty seconds and in those beside them, and only after the last one that was used."""
    now_us = 1_800_000_000_000_000
    step = now_us // STEP_US + offset
    code = pyotp.TOTP(SECRET).generate_otp(step)
    assert step_of(SECRET, code, now_us, 0) == (step if counts else None)
    assert step_of(SECRET, code, now_us, step) is None
    assert step_of(SECRET, "äöü", now_us, 0) is None


async def test_it_is_switched_on_by_a_code(town: Town) -> None:
    """Until a code has come it counts for nothing; then the password alone opens nothing, and ten recovery codes are shown."""
    me = await signed_in(town)
    factors = town.offices.second_factors
    with pytest.raises(faults.NoSecondFactor):
        await factors.confirm(me, "123456")
    begun = await factors.begin(me)
    assert (await factors.begin(me)).secret == begun.secret
    assert begun.secret in begun.uri
    assert begun.secret not in repr(begun)
    assert isinstance(await town.offices.sign_in.open(EMAIL, PASSWORD, CALLER), SignedIn)
    with pytest.raises(faults.WrongCode):
        await factors.confirm(me, "000000", PASSWORD)
    for password in (None, "another password"):
        with pytest.raises(faults.WrongOwnPassword):
            await factors.confirm(me, code_now(begun.secret, town.clock), password)
    codes = await factors.confirm(me, code_now(begun.secret, town.clock), PASSWORD)
    assert len(set(codes)) == COUNT
    assert (await factors.state(me.user_id)).recovery_codes == COUNT
    for again in (factors.begin(me), factors.confirm(me, code_now(begun.secret, town.clock, 1))):
        with pytest.raises(faults.SecondFactorOn):
            await again
    assert isinstance(await town.offices.sign_in.open(EMAIL, PASSWORD, CALLER), SecondStep)


async def test_what_is_stored_tells_nothing(town: Town) -> None:
    """The secret is sealed, the recovery codes are hashed, and the audit log has neither."""
    me, secret, codes = await with_factor(town)
    async with town.store.reading() as records:
        (factor,) = await records.find(SecondFactor, user_id=me.user_id)
        stored = b"".join(code.hash for code in await records.find(RecoveryCode, user_id=me.user_id))
    assert secret.encode() not in factor.sealed
    assert codes[0].replace("-", "").encode() not in stored
    log = str(await town.offices.audit.page())
    assert "second_factor.confirm" in log
    assert all(hidden not in log for hidden in (secret, codes[0], factor.sealed.hex(), "sealed"))


async def test_a_code_opens_once(town: Town) -> None:
    """A second sign-in with the same code is refused, the next code counts; the code that switched it on does not."""
    _, secret, _ = await with_factor(town)
    for used in (code_now(secret, town.clock, -1), "12345", ""):
        with pytest.raises(faults.WrongCode):
            await town.offices.sign_in.confirm(await first_step(town), used, CALLER)
    code = code_now(secret, town.clock)
    session = await town.offices.sign_in.confirm(await first_step(town), f" {code[:3]} {code[3:]}", CALLER)
    assert session.role is Role.OWNER
    with pytest.raises(faults.WrongCode):
        await town.offices.sign_in.confirm(await first_step(town), code, CALLER)
    await town.offices.sign_in.confirm(await first_step(town), code_now(secret, town.clock, 1), CALLER)


async def test_a_recovery_code_opens_once(town: Town) -> None:
    """However it is typed; and it is told in the audit log that one was used."""
    me, _, codes = await with_factor(town)
    await town.offices.sign_in.confirm(await first_step(town), codes[3].upper().replace("-", " "), CALLER)
    with pytest.raises(faults.WrongCode):
        await town.offices.sign_in.confirm(await first_step(town), codes[3], CALLER)
    assert (await town.offices.second_factors.state(me.user_id)).recovery_codes == COUNT - 1
    assert "recovery_code.use" in [one.act.action for one in await town.offices.audit.page(me.organization_id)]


async def test_the_token_between_the_steps_ends(town: Town) -> None:
    """After five minutes, after another password, changed anywhere, and where it is none of ours, it opens nothing."""
    me, secret, _ = await with_factor(town)
    token = await first_step(town)
    for wrong in ("", "x", "ä", token[:-8] + "AAAAAAA=", token + "AAAA"):
        with pytest.raises(faults.SignInOver):
            await town.offices.sign_in.confirm(wrong, code_now(secret, town.clock), CALLER)
    town.clock.us += LIFE_US
    with pytest.raises(faults.SignInOver):
        await town.offices.sign_in.confirm(token, code_now(secret, town.clock), CALLER)
    token = await first_step(town)
    await town.offices.own_account.change_password(me, PASSWORD, f"{PASSWORD}!")
    with pytest.raises(faults.SignInOver):
        await town.offices.sign_in.confirm(token, code_now(secret, town.clock), CALLER)


async def test_guessing_codes_is_limited(town: Town) -> None:
    """Ten wrong codes in a quarter of an hour, from wherever they come, then not even the right one is tried; in a day fifty."""
    _, secret, _ = await with_factor(town)
    token = await first_step(town)
    for number in range(10):
        with pytest.raises(faults.WrongCode):
            await town.offices.sign_in.confirm(token, "000000", f"192.0.2.{number}")
    with pytest.raises(faults.TooManyTries):
        await town.offices.sign_in.confirm(token, code_now(secret, town.clock), "198.51.100.1")
    for number in range(4):
        town.clock.pass_s(HOUR_S // 4)
        token = await first_step(town)
        for _ in range(10):
            with pytest.raises(faults.WrongCode):
                await town.offices.sign_in.confirm(token, "000000", f"203.0.113.{number}")
    town.clock.pass_s(HOUR_S // 4)
    with pytest.raises(faults.TooManyTries):
        await town.offices.sign_in.confirm(await first_step(town), code_now(secret, town.clock), CALLER)


async def test_a_caller_tries_a_bounded_number_of_codes(town: Town) -> None:
    """Thirty in a quarter of an hour, whosever they would be."""
    actor = Actor("nobody", CALLER)
    for number in range(30):
        assert not await town.offices.second_factors.takes(actor, f"user_{number // 10}", "000000")
    with pytest.raises(faults.TooManyTries):
        await town.offices.second_factors.takes(actor, "user_fresh", "000000")


async def test_it_is_switched_off_by_password_and_code(town: Town) -> None:
    """Neither alone will do; afterwards the password opens a session, and old recovery codes nothing."""
    me, secret, codes = await with_factor(town)
    factors = town.offices.second_factors
    with pytest.raises(faults.WrongOwnPassword):
        await factors.switch_off(me, "wrong", code_now(secret, town.clock))
    with pytest.raises(faults.WrongCode):
        await factors.switch_off(me, PASSWORD, "000000")
    await factors.switch_off(me, PASSWORD, codes[0])
    assert isinstance(await town.offices.sign_in.open(EMAIL, PASSWORD, CALLER), SignedIn)
    assert not await factors.takes(me.actor, me.user_id, codes[1])
    async with town.store.reading() as records:
        assert await records.find(RecoveryCode, user_id=me.user_id) == []
    with pytest.raises(faults.NoSecondFactor):
        await factors.switch_off(me, PASSWORD, codes[1])


async def test_new_recovery_codes_replace_the_old(town: Town) -> None:
    """They are made by a code; those before count no longer."""
    me, secret, old = await with_factor(town)
    with pytest.raises(faults.WrongCode):
        await town.offices.second_factors.renew_codes(me, "000000")
    new = await town.offices.second_factors.renew_codes(me, code_now(secret, town.clock))
    assert not await town.offices.second_factors.takes(me.actor, me.user_id, old[0])
    assert await town.offices.second_factors.takes(me.actor, me.user_id, new[0])


async def test_who_takes_one_away(town: Town) -> None:
    """Whoever is in charge of a person's only organization, or an operator; nobody else weakens an account that opens more."""
    me, _, _ = await with_factor(town)
    other, _ = await town.signed_up("bob@example.org")
    factors = town.offices.second_factors
    with pytest.raises(faults.Unknown):
        await factors.remove(ME, other, me.user_id, operator=True)
    await town.offices.members.add(ME, other, me.user_id, Role.VIEWER)
    with pytest.raises(faults.ElsewhereToo):
        await factors.remove(ME, other, me.user_id, operator=False)
    await factors.remove(ME, me.organization_id, me.user_id, operator=True)
    assert isinstance(await town.offices.sign_in.open(EMAIL, PASSWORD, CALLER), SignedIn)
    acts = [one.act for one in await town.offices.audit.page(me.organization_id)]
    assert (acts[1].action, acts[1].actor) == ("second_factor.delete", ME)


async def test_an_operators_own_is_no_matter_of_the_organization(town: Town) -> None:
    """An owner of the operator's organization does not take an operator's second factor away."""
    token = await town.offices.setup.token() or ""
    root = await town.offices.setup.claim(token, "root@example.org", "Root", PASSWORD)
    session = await town.offices.sign_in.open("root@example.org", PASSWORD, CALLER)
    assert isinstance(session, SignedIn)
    me = Oneself(root.id, session.key_id, DEFAULT_ORGANIZATION, ME)
    await town.offices.second_factors.confirm(me, code_now((await town.offices.second_factors.begin(me)).secret, town.clock), PASSWORD)
    with pytest.raises(faults.ElsewhereToo):
        await town.offices.second_factors.remove(ME, DEFAULT_ORGANIZATION, root.id, operator=False)
