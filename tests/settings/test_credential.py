"""Whose key goes where: only to the host that it was meant for."""

from __future__ import annotations

import pytest

from yumen.errors import OperatorError
from yumen.settings import CLAUDE, Secret, Settings, UpstreamPlan, plan_upstream, read_secret_file

KEY = "sk-ant-api03-abcdef"
OWN = {"ANTHROPIC_API_KEY": KEY}
FILES = {"/k": KEY + "\n", "/spaced": f"  {KEY} \n\n", "/empty": "\n"}


def plan(environ: dict[str, str] | None = None, **options: object) -> UpstreamPlan:
    """Plan with these settings."""
    return plan_upstream(Settings(**options), environ or {}, FILES.__getitem__)  # type: ignore[arg-type]


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
    assert planned.credential is None or planned.credential.value == KEY


@pytest.mark.parametrize(
    ("environ", "options", "message"),
    [
        ({}, {"upstream": CLAUDE}, "needs a credential: set ANTHROPIC_API_KEY"),
        (OWN, {"upstream": "https://other.example"}, "needs --credential"),
        (OWN, {"upstream": "https://api.anthropic.com.evil.example"}, "needs --credential"),
        (OWN, {"upstream": "https://api.anthropic.com@evil.example"}, "without user name"),
        (OWN, {"upstream": "http://api.anthropic.com"}, "has no TLS"),
        (OWN, {"upstream": "http://10.0.0.1", "credential": "none"}, "has no TLS"),
        (OWN, {"upstream": "ftp://x"}, "takes sandbox or a URL"),
        (OWN, {"upstream": "api.anthropic.com"}, "takes sandbox or a URL"),
        (OWN, {"upstream": "https://x:99999999"}, "takes sandbox or a URL"),
        (OWN, {"upstream": "https://x/?a=b"}, "takes sandbox or a URL"),
        ({}, {"credential": "env:MISSING"}, "the variable MISSING is not set"),
        ({}, {"credential": KEY}, "takes env:NAME, file:PATH or none"),
        ({}, {"credential": "file:/empty"}, "file /empty cannot be a key"),
        ({"ANTHROPIC_API_KEY": "sk-ant two words"}, {}, "environment ANTHROPIC_API_KEY cannot be a key"),
        ({"ANTHROPIC_API_KEY": "sk-ant-\u2026"}, {}, "environment ANTHROPIC_API_KEY cannot be a key"),
        ({"ANTHROPIC_API_KEY": f'"{KEY}"'}, {}, "stands in quotes"),
        ({"K": "yk-production-abc"}, {"credential": "env:K"}, "is a key of this gateway"),
    ],
)
def test_what_is_refused(environ: dict[str, str], options: dict[str, object], message: str) -> None:
    """What would send a key to a stranger, or nothing to Claude, is one sentence that never shows the key."""
    with pytest.raises(OperatorError) as caught:
        plan(environ, **options)
    assert message in str(caught.value)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("environ", "options", "message"),
    [
        ({"ANTHROPIC_API_KEY": f" {KEY}\r\n"}, {}, "of environment ANTHROPIC_API_KEY has white space around it"),
        ({}, {"credential": "file:/spaced"}, "of file /spaced has white space around it"),
        ({"ANTHROPIC_API_KEY": "your-api-key"}, {}, "does not look like a key of Claude's"),
        ({"ANTHROPIC_API_KEY": "sk-ant-your-key-here"}, {}, "does not look like a key of Claude's"),
    ],
)
def test_what_the_operator_is_told(environ: dict[str, str], options: dict[str, object], message: str) -> None:
    """Trimmed white space and a placeholder are noticed by their source."""
    (notice,) = plan(environ, **options).notices
    assert message in notice.sentence.format(**notice.values)


def test_a_files_last_line_break_is_nothing_to_speak_of() -> None:
    """An editor's line break at the end of a file is cut off without a word."""
    assert plan(credential="file:/k").notices == ()


def test_a_secret_never_prints_itself() -> None:
    """Neither repr nor str nor a format shows a secret's value."""
    secret = Secret(KEY, "environment X")
    assert KEY not in f"{secret} {secret!r} {plan(OWN)!r}"


def test_a_file_that_cannot_be_read() -> None:
    """A missing file is one sentence with its path."""
    with pytest.raises(OperatorError, match="/nonexistent/key cannot be read"):
        read_secret_file("/nonexistent/key")
