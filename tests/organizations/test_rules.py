"""What people may fill in, by tables and by chance."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.organizations.doubles import application
from yumen.errors import Fault
from yumen.limits.values import MAX_NANOUSD, MAX_RATE, Kind, Limit
from yumen.organizations import faults
from yumen.organizations.attempts import network_of
from yumen.organizations.calling_codes import PREFIXES, belongs, countries_of
from yumen.organizations.codes import counts, new_digits, opens, renewed, seal, unsent
from yumen.organizations.permissions import ALLOWED, Action, may, may_grant
from yumen.organizations.rows import SECRET_FIELDS
from yumen.organizations.rules import (
    application_fault,
    difference,
    email_fault,
    fits,
    leaves_owner,
    limits_fault,
    name_fault,
    needs_phone,
    password_fault,
    phone_fault,
    plan_name_fault,
    text_fault,
    tidy_email,
    time_zone_fault,
    told,
)
from yumen.organizations.values import Account, Member, Role


@pytest.mark.parametrize(
    ("email", "right"),
    [
        ("a@b", True),
        ("admin@localhost", True),
        ("first.last+tag@sub.example.org", True),
        ("张@例子.中国", True),
        ("a@b@c", False),
        ("@b", False),
        ("a@", False),
        ("a b@c", False),
        ("a@b..c", False),
        ("a@b.", False),
        ("a@b\nbcc: c@d", False),
        ("<a@b>", False),
        ("a@b,c@d", False),
        ("a" * 250 + "@b.de", False),
    ],
)
def test_addresses(email: str, *, right: bool) -> None:
    """One plain address, in which nothing can be hidden."""
    assert (email_fault(tidy_email(email)) is None) is right


@given(st.text())
def test_no_line_break_gets_into_an_address(text: str) -> None:
    """Whatever is accepted is one printable word."""
    if email_fault(text) is None:
        assert text.isprintable()
        assert " " not in text


@pytest.mark.parametrize(
    ("fault", "right"),
    [
        (password_fault("x" * 11), False),
        (password_fault("x" * 12), True),
        (password_fault("x" * 256), True),
        (password_fault("x" * 257), False),
        (password_fault("密码" * 6), True),
        (name_fault("Ada"), True),
        (name_fault("  "), False),
        (name_fault("a\nb"), False),
        (name_fault("x" * 201), False),
        (text_fault("two\nlines", faults.WrongPurpose), True),
        (text_fault(" \n", faults.WrongPurpose), False),
        (text_fault("x" * 2001, faults.WrongPurpose), False),
        (text_fault("a\x1b[2J", faults.WrongPurpose), False),
        (time_zone_fault("UTC"), True),
        (time_zone_fault("Asia/Shanghai"), True),
        (time_zone_fault("asia/shanghai/x"), False),
        (time_zone_fault(""), False),
        (plan_name_fault("team-2_a"), True),
        (plan_name_fault("-a"), False),
        (plan_name_fault("a/b"), False),
        (plan_name_fault("x" * 65), False),
    ],
)
def test_fields(fault: type[Fault] | None, *, right: bool) -> None:
    """Passwords, names, prose, zones and plans' names."""
    assert (fault is None) is right


@pytest.mark.parametrize(
    ("phone", "countries"),
    [
        ("+8613800138000", {"CN"}),
        ("+85212345678", {"HK"}),
        ("+447911123456", {"GB", "GG", "IM", "JE"}),
        ("+12425551234", {"BS"}),
        ("+12025550123", {"US", "CA", "DO", "JM", "PR"}),
        ("8613800138000", set()),
        ("+0613800138000", set()),
        ("+86 138", set()),
        ("+861234567890123456", set()),
        ("", set()),
    ],
)
def test_countries_of_numbers(phone: str, countries: set[str]) -> None:
    """A number belongs to the countries with the longest prefix that fits."""
    assert countries_of(phone) == countries
    assert all(belongs(phone, country) for country in countries)


def test_calling_codes() -> None:
    """Every country has a prefix of one to four digits."""
    assert len(PREFIXES) > 240
    assert all(
        len(country) == 2 and country.isupper() and 1 <= len(prefix) <= 4 and prefix.isdigit() for country, prefix in PREFIXES.items()
    )
    assert {"CN": "86", "HK": "852", "MO": "853", "TW": "886", "DE": "49", "US": "1"}.items() <= PREFIXES.items()


@pytest.mark.parametrize(
    ("country", "phone", "required", "fault"),
    [
        ("", None, (), None),
        ("", "+8613800138000", (), None),
        ("", "138", (), faults.WrongPhone),
        ("DE", None, ("CN",), None),
        ("DE", None, ("*",), faults.PhoneNeeded),
        ("CN", None, ("CN",), faults.PhoneNeeded),
        ("CN", "+8613800138000", ("CN",), None),
        ("", None, ("CN",), faults.WrongCountry),
        ("cn", None, ("CN",), faults.WrongCountry),
        ("XX", None, (), faults.WrongCountry),
        ("CN", "+4915112345678", (), faults.WrongPhone),
    ],
)
def test_phones(country: str, phone: str | None, required: tuple[str, ...], fault: type[Fault] | None) -> None:
    """A number fits its country, and is there where it must be."""
    assert phone_fault(country, phone, required) is fault


def test_a_numbers_own_country_counts() -> None:
    """A number of a country that is asked for needs to be verified, whatever country is named beside it."""
    assert needs_phone("", "+8613800138000", ("CN",))
    assert not needs_phone("", "+4915112345678", ("CN",))


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("name", "", faults.WrongName),
        ("organization_name", "", faults.WrongName),
        ("email", "x", faults.WrongEmail),
        ("purpose", "", faults.WrongPurpose),
        ("password", "short", faults.WeakPassword),
    ],
)
def test_applications(field: str, value: str, fault: type[Fault]) -> None:
    """The first thing that will not do is named."""
    assert application_fault(application(), ()) is None
    assert application_fault(application(**{field: value}), ()) is fault


@pytest.mark.parametrize(
    ("limit", "right"),
    [
        (Limit(Kind.REQUESTS_PER_MINUTE, 1), True),
        (Limit(Kind.REQUESTS_PER_MINUTE, 0), False),
        (Limit(Kind.REQUESTS_PER_MINUTE, -1), False),
        (Limit(Kind.REQUESTS_PER_MINUTE, MAX_RATE), True),
        (Limit(Kind.REQUESTS_PER_MINUTE, MAX_RATE + 1), False),
        (Limit(Kind.SPEND_PER_MONTH, MAX_NANOUSD), True),
        (Limit(Kind.SPEND_PER_MONTH, MAX_NANOUSD + 1), False),
        (Limit(Kind.REQUESTS_PER_MINUTE, 1, wait_ms=600_000), True),
        (Limit(Kind.REQUESTS_PER_MINUTE, 1, wait_ms=600_001), False),
        (Limit(Kind.REQUESTS_PER_MONTH, 1, wait_ms=1), False),
    ],
)
def test_limits(limit: Limit, *, right: bool) -> None:
    """A limit can be counted, and waited for."""
    assert fits(limit) is right
    assert (limits_fault((limit,)) is None) is right
    assert limits_fault((limit, limit)) is faults.WrongLimit


@given(st.dictionaries(st.sampled_from("abcd"), st.sampled_from([Role.OWNER, Role.ADMIN]), min_size=1), st.sampled_from("abcd"))
def test_an_owner_is_left(roles: dict[str, Role], gone: str) -> None:
    """Said so exactly when somebody else is an owner."""
    members = [Member("org", user, role, 0) for user, role in roles.items()]
    assert leaves_owner(members, gone) is any(role is Role.OWNER for user, role in roles.items() if user != gone)


def test_codes() -> None:
    """Eight digits, all of them possible; only its own text opens a seal; one that was never sent opens to nothing."""
    codes = [new_digits() for _ in range(1000)]
    assert all(len(code) == 8 and code.isdigit() for code in codes)
    assert {code[0] for code in codes} == set("0123456789")
    blank = unsent("s", "email", 3)
    assert not counts(blank, 0)
    code = renewed(blank, "12345678", 100, (10, 3))
    assert opens(code.hash, "12345678")
    assert not opens(code.hash, "12345679")
    assert (counts(code, 100), counts(code, 109), counts(code, 110)) == (True, True, False)
    assert not counts(msgspec.structs.replace(code, tries_left=0), 100)
    assert not counts(msgspec.structs.replace(code, used_us=1), 100)
    assert seal("x") != seal("x")
    assert b"12345678" not in code.hash
    assert "hash" not in repr(code)


@pytest.mark.parametrize(
    ("caller", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("local", "local"),
    ],
)
def test_callers(caller: str, network: str) -> None:
    """An IPv6 subscriber has a whole network, so it counts as one caller."""
    assert network_of(caller) == network


def test_the_audit_log_is_told_no_secret() -> None:
    """No field that is secret is told, and of a change only what changed."""
    account = Account("user_1", "a@b", "A", None, operator=False, created_us=1, password_hash="$argon2id$x")
    assert SECRET_FIELDS.isdisjoint(told(account) or {})
    assert "argon2" not in repr(account)
    renamed = msgspec.structs.replace(account, name="B", password_hash="$argon2id$y")
    assert difference(account, renamed) == ({"name": "A"}, {"name": "B"})


def test_every_action_has_its_roles() -> None:
    """The table names every action; the operator may do all, a viewer changes its own account alone, only the operator decides for all."""
    assert ALLOWED.keys() == set(Action)
    assert all(may(Role.OPERATOR, action) for action in Action)
    assert {action for action in Action if may(Role.VIEWER, action) and not action.endswith(".read")} == {Action.ACCOUNT_OWN}
    alone = {action for action in Action if ALLOWED[action] == {Role.OPERATOR}}
    assert {Action.PLAN_UPDATE, Action.INCREASE_DECIDE, Action.SIGN_UP_DECIDE, Action.LIMIT_RAISE, Action.AUDIT_READ_ALL} <= alone
    assert all(may(Role.OWNER, action) == may(Role.ADMIN, action) for action in Action)


@pytest.mark.parametrize(
    ("role", "granted", "allowed"),
    [
        (Role.OPERATOR, Role.OWNER, True),
        (Role.OWNER, Role.OWNER, True),
        (Role.ADMIN, Role.OWNER, False),
        (Role.ADMIN, Role.ADMIN, True),
        (Role.DEVELOPER, Role.VIEWER, False),
        (Role.OPERATOR, Role.OPERATOR, False),
    ],
)
def test_who_grants_what(role: Role, granted: Role, *, allowed: bool) -> None:
    """Nobody hands out more than the own."""
    assert may_grant(role, granted) is allowed
