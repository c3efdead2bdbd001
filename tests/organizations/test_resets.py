"""A forgotten password: a link by mail, once, for an hour, and nothing to learn from asking."""

from __future__ import annotations

import re

import msgspec
import pytest

from tests.organizations.doubles import CALLER, HOUR_S, ME, PASSWORD, Town
from yumen.organizations import faults
from yumen.organizations.letters import Letters
from yumen.organizations.values import Account, SignedIn
from yumen.storage import DatabaseUnavailable

EMAIL, NEW = "ada@example.org", "another password of some length"
TOKEN = re.compile(r"user_\w+\.[\w-]+")


async def asked(town: Town) -> str:
    """Ask for a link, and return the token in the letter."""
    await town.offices.resets.ask(f" {EMAIL.upper()} ", CALLER)
    await town.offices.resets.settle()
    found = TOKEN.search(town.mail.last(EMAIL).text)
    assert found
    return found[0]


async def test_a_link_sets_a_new_password_once(town: Town) -> None:
    """All sessions end, everywhere; the old password opens nothing, and the link nothing any more."""
    organization, ada = await town.signed_up(EMAIL)
    session = await town.offices.sign_in.open(EMAIL, PASSWORD, CALLER)
    assert isinstance(session, SignedIn)
    token = await asked(town)
    with pytest.raises(faults.WeakPassword):
        await town.offices.resets.complete(token, "short", CALLER)
    assert (await town.offices.resets.complete(token, NEW, CALLER)).id == ada
    assert (await town.keys.find([session.key_id]))[session.key_id].revoked_at_us is not None
    with pytest.raises(faults.WrongPassword):
        await town.offices.sign_in.open(EMAIL, PASSWORD, CALLER)
    await town.offices.sign_in.open(EMAIL, NEW, CALLER)
    with pytest.raises(faults.WrongLink):
        await town.offices.resets.complete(token, PASSWORD, CALLER)
    log = await town.offices.audit.page(organization)
    assert {"password_reset.create", "password.reset", "api_key.revoke"} <= {one.act.action for one in log}
    assert token not in str(log)


async def test_a_link_ends(town: Town) -> None:
    """After an hour, after the next one was sent, and where anything of it is wrong."""
    await town.signed_up(EMAIL)
    first = await asked(town)
    second = await asked(town)
    for wrong in (first, f"{second}x", second.partition(".")[0], "", "."):
        with pytest.raises(faults.WrongLink):
            await town.offices.resets.complete(wrong, NEW, CALLER)
    town.clock.pass_s(HOUR_S)
    with pytest.raises(faults.WrongLink):
        await town.offices.resets.complete(second, NEW, CALLER)


async def test_asking_tells_nothing(town: Town) -> None:
    """For an address that nobody has nothing is sent, nothing is said, and as many tries are counted."""
    await town.signed_up(EMAIL)
    sent = len(town.mail.sent)
    for email in ("nobody@example.org", EMAIL):
        for number in range(5):
            await town.offices.resets.ask(email, f"192.0.2.{number}")
        with pytest.raises(faults.TooManyTries):
            await town.offices.resets.ask(email, "198.51.100.7")
    await town.offices.resets.settle()
    assert [to for to, _ in town.mail.sent[sent:]] == [EMAIL] * 5


async def test_whoever_has_no_password_gets_no_link(town: Town) -> None:
    """Whoever comes by single sign-on alone does not get round it by mail; the operator may give a token."""
    _, ada = await town.signed_up(EMAIL)
    async with town.store.writing() as records:
        (account,) = await records.find(Account, id=ada)
        await records.change(msgspec.structs.replace(account, password_hash=None))
    sent = len(town.mail.sent)
    await town.offices.resets.ask(EMAIL, CALLER)
    await town.offices.resets.settle()
    assert len(town.mail.sent) == sent
    await town.offices.resets.complete(await town.offices.resets.token(ME, ada), NEW, CALLER)


async def test_a_database_that_is_away_sends_nothing(town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Where the link cannot be made, the log says so, without the address."""
    await town.offices.resets.ask(EMAIL, CALLER)

    def unavailable(**_: object) -> None:
        raise DatabaseUnavailable("gone")

    monkeypatch.setattr(town.store, "writing", unavailable)
    await town.offices.resets.settle()
    assert "could not be made" in caplog.text
    assert EMAIL not in caplog.text


async def test_without_mail_the_operator_hands_a_token_over(town: Town) -> None:
    """Asking sends nothing, and the operator's token does what a link does."""
    _, ada = await town.signed_up(EMAIL)
    offices = town.open(post=False)
    assert not offices.resets.by_mail
    await offices.resets.ask(EMAIL, CALLER)
    await offices.resets.settle()
    await offices.resets.complete(await offices.resets.token(ME, ada), NEW, CALLER)
    await offices.sign_in.open(EMAIL, NEW, CALLER)
    with pytest.raises(faults.Unknown):
        await offices.resets.token(ME, "user_nobody")


async def test_trying_tokens_is_limited(town: Town) -> None:
    """A caller tries a bounded number of tokens in an hour."""
    for _ in range(25):
        with pytest.raises(faults.WrongLink):
            await town.offices.resets.complete("user_x.y", NEW, CALLER)
    with pytest.raises(faults.TooManyTries):
        await town.offices.resets.complete("user_x.y", NEW, CALLER)


def test_letters_lead_to_the_console() -> None:
    """With an address of the console a letter has a link, without one the token; in both languages."""
    for language in ("en", "zh"):
        assert "https://c.example/password/reset?token=user_a.b" in Letters(language, "https://c.example/").password_reset("user_a.b").text
        bare = Letters(language).password_reset("user_a.b").text
        assert "user_a.b" in bare
        assert "http" not in bare
