"""The words: every topic in both languages, every kind of limit by a name that people know, money as money."""

from __future__ import annotations

import pytest

from tests.alerts.doubles import NOW
from yumen.alerts import News, Topic, message_of
from yumen.alerts.texts import KINDS, Language, kind_in, value_in
from yumen.limits.values import Kind

FACTS: dict[Topic, dict[str, str | int]] = {
    Topic.LIMIT: {"scope": "label", "id": "研发", "kind": "requests_per_month", "percent": 80, "limit": 5000, "ends_us": NOW},
    Topic.ERRORS: {"upstream": "default", "count": 20},
    Topic.NETWORK: {"key": "apikey_1", "name": "ci", "network": "203.0.113.0/24", "address": "203.0.113.7"},
    Topic.EXPIRY: {"key": "apikey_1", "name": "ci", "expires_us": NOW},
    Topic.DEPENDENCY: {"what": "Redis", "state": "failed", "reason": "refused"},
    Topic.MODEL: {"id": "claude-a", "model": "claude-a", "retires_on": "2027-03-01", "days": 7, "keys": 3, "successor": "claude-b"},
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("topic", Topic)
def test_every_topic_is_said(topic: Topic, language: Language) -> None:
    """In either language: one line of subject, some text, an id of its own, and the facts in it."""
    message = message_of(News(f"{topic}:1", topic, NOW, FACTS[topic]), language)
    assert message.subject.startswith("Yumen: ")
    assert message.subject.isprintable()
    assert message.id == f"{topic}:1@{NOW}"
    assert any("\u4e00" <= letter <= "\u9fff" for letter in message.text) is (language == "zh" or topic is Topic.LIMIT)
    assert str(FACTS[topic].get("id", FACTS[topic].get("key", ""))) in message.text


def test_every_kind_of_limit_has_a_name() -> None:
    """No kind is said by its name in settings."""
    assert KINDS.keys() == set(Kind)
    assert kind_in("input_tokens_per_minute:opus", "zh") == "每分钟输入 token 数 (opus)"
    assert kind_in("a_new_kind", "en") == "a_new_kind"


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("spend_per_day", 1_000_000_000, "$1.00"),
        ("spend_per_month", 1_234_567_890_000, "$1,234.56789"),
        ("spend_per_month", 1, "$0.000000001"),
        ("requests_per_month", 5000, "5,000"),
    ],
)
def test_values(kind: str, value: int, said: str) -> None:
    """Money is dollars, exactly; everything else a number."""
    assert value_in(kind, value) == said
