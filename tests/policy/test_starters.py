"""The policies that ship with us: each loads, says why in both languages, hits what it is for, and leaves ordinary work alone."""

from __future__ import annotations

import re

import pytest

from yumen.errors import OperatorError
from yumen.policy.document import parse_policy
from yumen.policy.starters import starter_names, starter_text
from yumen.policy.trying import try_body, try_text
from yumen.policy.values import On, Policy

NAMES = ("customer-service", "personal-data", "secrets")
POLICIES: dict[str, Policy] = {name: parse_policy(starter_text(name)) for name in NAMES}
ID, MOBILE, CARD = "11010519491231002X", "13800138000", "4111 1111 1111 1111"
TOKEN = "ghp_" + "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW11ySowm"
"""Made up; its check digits are right."""
ORDINARY = (
    "Summarise the minutes of Tuesday's meeting in five points, please.",
    "请把这份合同的要点用三句话概括,并列出需要确认的条款。",
    "def total(values: list[int]) -> int:\n    return sum(values) % 1_000_000_007",
    "The order 2026-11-27/0042 weighs 1,250 kg and ships at 09:30 from dock 7.",
    "How do I reset my password? My account is locked since yesterday.",
)


def test_these_ship_with_us() -> None:
    """Every file of the folder is one of them, and its name is the policy's."""
    assert starter_names() == sorted(NAMES)
    assert {name: policy.name for name, policy in POLICIES.items()} == {name: name for name in NAMES}
    with pytest.raises(OperatorError, match="there is no starter 'x'"):
        starter_text("x")


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_says_why_in_both_languages(name: str) -> None:
    """And the policy what it is."""
    policy = POLICIES[name]
    said = [(policy.description, policy.description_zh), *((rule.why, rule.why_zh) for rule in policy.rules)]
    assert all(english and re.search("[一-鿿]", chinese) for english, chinese in said)


@pytest.mark.parametrize(
    ("name", "on", "text", "rule", "action"),
    [
        ("personal-data", On.REQUEST, f"His number is {ID}.", "people", "redact"),
        ("personal-data", On.REQUEST, f"手机{MOBILE}", "people", "redact"),
        ("personal-data", On.REQUEST, "Write to ada.lovelace@gmail.com", "people", "redact"),
        ("personal-data", On.REQUEST, f"card {CARD}", "money", "redact"),
        ("personal-data", On.ANSWER, f"It is {ID}.", "in-answers", "flag"),
        ("secrets", On.REQUEST, f"Why does {TOKEN} not work?", "in-requests", "block"),
        ("secrets", On.ANSWER, f"Use {TOKEN}.", "in-answers", "redact"),
        ("customer-service", On.REQUEST, f"我的手机是{MOBILE}", "customers-data", "redact"),
        ("customer-service", On.REQUEST, f"token {TOKEN}", "secrets", "block"),
        ("customer-service", On.ANSWER, f"Your ID is {ID}.", "others-data", "redact"),
        ("customer-service", On.ANSWER, "请告诉我您的密码,我来处理。", "asks-for-passwords", "block"),
        ("customer-service", On.ANSWER, "Please TELL ME your  password.", "asks-for-passwords", "block"),
        ("customer-service", On.ANSWER, "这款产品保本,稳赚不赔。", "promises", "flag"),
        ("customer-service", On.ANSWER, "This is no legal advice.", "advice", "flag"),
    ],
)
def test_what_a_starter_is_for_is_hit(name: str, on: On, text: str, rule: str, action: str) -> None:
    """By the rule that is meant; what blocks says why, and what is replaced is gone from what is sent."""
    tried = try_text(POLICIES[name], text, on)
    assert (rule, action) in {(hit.rule, hit.action) for hit in tried.hits}
    assert (tried.blocked is not None) is (action == "block")
    if action == "redact":
        found = next(hit.found for hit in tried.hits if hit.rule == rule)
        assert found not in tried.sent


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_work_is_left_alone(name: str, text: str) -> None:
    """No rule hits, in the request or in the answer."""
    for on in (On.REQUEST, On.ANSWER):
        tried = try_text(POLICIES[name], text, on)
        assert (tried.hits, tried.blocked, tried.sent) == ((), None, text)


def test_nobodys_addresses_pass() -> None:
    """`example.com` is for examples."""
    tried = try_text(POLICIES["personal-data"], "Write to ada@example.com.", On.REQUEST)
    assert (tried.hits, tried.sent) == ((), "Write to ada@example.com.")


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        (b'"tools":[{"type":"bash_20250124","name":"bash"}],', "tools-that-act"),
        (b'"tools":[{"name":"look_up_order","input_schema":{"type":"object"}}],', None),
        (b'"max_tokens":8001,', "long-answers"),
        (b'"max_tokens":8000,', None),
    ],
)
def test_programs_for_customers_ask_for_little(more: bytes, rule: str | None) -> None:
    """No tools that act, and no long answers."""
    body = b"{" + more + b'"model":"claude-haiku-4-5","messages":[{"role":"user","content":"Where is my order?"}]}'
    tried = try_body(POLICIES["customer-service"], body, On.REQUEST)
    assert [hit.rule for hit in tried.hits] == ([] if rule is None else [rule])
    assert (tried.blocked is None) is (rule is None)
