"""Whose key goes where: only to the host that it was meant for."""

from __future__ import annotations

import pytest

from yumen.errors import OperatorError
from yumen.secrets import judge_claudes_key, judge_key
from yumen.settings import CLAUDE, Settings, UpstreamPlan, judge_for, plan_upstream

KEY = "sk-ant-api03-abcdef"
OWN = {"ANTHROPIC_API_KEY": KEY}


def plan(environ: dict[str, str] | None = None, **options: object) -> UpstreamPlan:
    """Plan with these settings."""
    return plan_upstream(Settings(**options), environ or {})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("environ", "options", "url", "source"),
    [
        ({}, {}, None, None),
        ({"ANTHROPIC_API_KEY": " "}, {}, None, None),
        ({}, {"credential": "none"}, None, None),
        (OWN, {}, CLAUDE, "environment ANTHROPIC_API_KEY"),
        ({"CLAUDE_API_KEY": KEY}, {}, CLAUDE, "environment CLAUDE_API_KEY"),
        ({"CLAUDE_API_KEY": "x" + KEY, **OWN}, {}, CLAUDE, "environment ANTHROPIC_API_KEY"),
        ({"ANTHROPIC_API_KEY": "yk-production-abc"}, {}, None, None),
        (OWN, {"upstream": "sandbox"}, None, None),
        (OWN, {"upstream": "sandbox", "credential": "env:ANTHROPIC_API_KEY"}, None, None),
        (OWN, {"upstream": CLAUDE + "/"}, CLAUDE, "environment ANTHROPIC_API_KEY"),
        (OWN, {"upstream": "http://127.0.0.1:9"}, "http://127.0.0.1:9", "environment ANTHROPIC_API_KEY"),
        (OWN, {"upstream": "http://[::1]:9/base/"}, "http://[::1]:9/base", "environment ANTHROPIC_API_KEY"),
        ({}, {"upstream": "http://localhost:9"}, "http://localhost:9", None),
        (OWN, {"upstream": "https://other.example", "credential": "none"}, "https://other.example", None),
        ({"OTHER": KEY}, {"upstream": "https://other.example", "credential": "env:OTHER"}, "https://other.example", "environment OTHER"),
        ({}, {"credential": "file:/k"}, CLAUDE, "file /k"),
        (OWN, {"credential": "file:/k"}, CLAUDE, "file /k"),
        (OWN, {"upstream": "http://10.0.0.1", "allow_plain_http": True, "credential": "file:/k"}, "http://10.0.0.1", "file /k"),
    ],
)
def test_where_requests_go_and_with_what(environ: dict[str, str], options: dict[str, object], url: str | None, source: str | None) -> None:
    """A key of the environment goes to Claude's address and to loopback by itself; any other host needs it named; a sandbox gets none."""
    planned = plan(environ, **options)
    assert (planned.url, planned.credential and planned.credential.source) == (url, source)


@pytest.mark.parametrize(
    ("environ", "options", "message"),
    [
        ({}, {"upstream": CLAUDE}, "needs a credential: set ANTHROPIC_API_KEY"),
        (OWN, {"upstream": "https://other.example"}, "needs its credential"),
        (OWN, {"upstream": "https://api.anthropic.com.evil.example"}, "needs its credential"),
        (OWN, {"upstream": "https://api.anthropic.com@evil.example"}, "without user name"),
        (OWN, {"upstream": "http://api.anthropic.com"}, "has no TLS"),
        (OWN, {"upstream": "http://10.0.0.1", "credential": "none"}, "has no TLS"),
        (OWN, {"upstream": "ftp://x"}, "takes sandbox or a URL"),
        (OWN, {"upstream": "api.anthropic.com"}, "takes sandbox or a URL"),
        (OWN, {"upstream": "https://x:99999999"}, "takes sandbox or a URL"),
        (OWN, {"upstream": "https://x/?a=b"}, "takes sandbox or a URL"),
        ({}, {"credential": KEY}, "credential takes env:NAME, file:PATH, aws-sm:SECRET_ID[#FIELD] or vault:MOUNT/PATH#FIELD"),
        ({}, {"credential": f"env:{KEY}"}, "credential takes env:NAME"),
    ],
)
def test_what_is_refused(environ: dict[str, str], options: dict[str, object], message: str) -> None:
    """What would send a key to a stranger, or nothing to Claude, is one sentence that never shows the key."""
    with pytest.raises(OperatorError) as caught:
        plan(environ, **options)
    assert message in str(caught.value)
    assert KEY not in str(caught.value)


def test_what_stores_are_asked_for_is_only_planned() -> None:
    """Where a key is kept is decided without asking for it: a store may be away."""
    planned = plan(credential="vault:secret/claude#api_key")
    assert planned.credential is not None
    assert planned.credential.source == "Vault secret/claude#api_key"


def test_a_key_that_goes_to_claude_is_judged_as_one() -> None:
    """Other servers have keys of other forms."""
    assert judge_for(CLAUDE) is judge_claudes_key
    assert judge_for("https://other.example") is judge_key
