"""Settings as an operator sees them: what counts and where it comes from, and never a secret."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from yumen.settings import OPTIONS, resolve
from yumen.settings.shown import hidden_text, setting_lines, shown_address

PLANT = "plant-4711-secret"
TABLES = f"""
listen = "127.0.0.1:1"
[database]
url = "postgresql://yumen:{PLANT}@db.internal:5432/yumen"
password = "{PLANT}"
[redis]
url = "rediss://:{PLANT}@redis.internal:6380/0"
[alerts]
webhook = "https://hooks.example.org/{PLANT}?key={PLANT}"
webhook_secret = "env:HOOK"
dingtalk = "https://oapi.dingtalk.com/robot/send?access_token={PLANT}"
[upstreams.claude]
url = "https://api.anthropic.com"
credential = "env:KEY"
proxy = "http://me:{PLANT}@proxy.internal:3128"
[upstreams.other]
url = "https://other.example.org"
credential = "sk-ant-{PLANT}"
[environments.staging]
base_url = "https://me:{PLANT}@gateway.internal"
key = "yk-{PLANT}"
"""


def test_nothing_that_could_be_a_secret_is_shown(tmp_path: Path) -> None:
    """Wherever a value stands that opens something (an address, a table, a reference's place), it is masked; references stay."""
    path = tmp_path / "yumen.toml"
    path.write_text(TABLES)
    resolved = resolve({}, {"YUMEN_SMS_WEBHOOK": f"https://sms.example.org/{PLANT}"}, str(path))
    lines = {line.name: line for line in setting_lines(resolved.settings, resolved.sources, str)}
    assert PLANT not in msgspec.json.encode(list(lines.values())).decode()
    assert lines["database.url"].value == '"postgresql://***@db.internal:5432/yumen"'
    assert lines["alerts.webhook"].value == '"https://hooks.example.org/***?***"'
    assert lines["alerts.webhook_secret"].value == '"env:HOOK"'
    assert (lines["alerts.webhook_secret"].masked, lines["database.password"].masked) == (False, True)
    assert "env:KEY" in str(lines["upstreams"].value)
    assert lines["sms.webhook"].source == "environment YUMEN_SMS_WEBHOOK"


def test_every_setting_is_there_with_where_it_comes_from() -> None:
    """None is left out; what nobody set is the default, and what an option set names it."""
    resolved = resolve({"listen": "127.0.0.1:1"}, {"YUMEN_TIMEOUTS_DRAIN_S": "3"})
    lines = {line.name: line for line in setting_lines(resolved.settings, resolved.sources, str)}
    assert lines.keys() == OPTIONS.keys()
    assert (lines["listen"].value, lines["listen"].source) == ('"127.0.0.1:1"', "option --listen")
    assert (lines["timeouts.drain_s"].value, lines["timeouts.drain_s"].source) == ("3.0", "environment YUMEN_TIMEOUTS_DRAIN_S")
    assert (lines["control"].is_default, lines["control"].source) == (True, None)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://api.anthropic.com", "https://api.anthropic.com"),
        ("http://u:p@[::1]:80/path", "http://***@[::1]:80/path"),
        ("https://host/path?token=x", "https://host/path?***"),
        ("https://host:port/", "***"),
    ],
)
def test_an_address_is_shown_without_what_opens_it(address: str, shown: str) -> None:
    """Name, password and query go; the host, the port and a plain path stay; what cannot be read goes wholly."""
    assert shown_address(address) == shown


@pytest.mark.parametrize(
    ("name", "text"), [("x.password", "hunter2"), ("credential", "sk-ant-x"), ("data", "yk-live-x"), ("a.b_secret", "s")]
)
def test_a_secret_in_the_place_of_a_reference_is_not_repeated(name: str, text: str) -> None:
    """A reference only says where a secret is; whatever else stands in its place may be one."""
    assert hidden_text(name, text) == "***"
