"""What a reference is, and that nothing else is repeated."""

from __future__ import annotations

import pytest

from yumen.errors import OperatorError
from yumen.secrets import Reference, parse_reference

ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:team/claude-AbCdEf"
KEY = "sk-ant-api03-a-key-that-nobody-may-see"


@pytest.mark.parametrize(
    ("text", "reference", "source"),
    [
        ("env:CLAUDE_KEY", Reference("env", "CLAUDE_KEY"), "environment CLAUDE_KEY"),
        (" file:/run/secrets/key \n", Reference("file", "/run/secrets/key"), "file /run/secrets/key"),
        ("file:keys/a b#1", Reference("file", "keys/a b#1"), "file keys/a b#1"),
        ("aws-sm:team/claude", Reference("aws-sm", "team/claude"), "AWS Secrets Manager team/claude"),
        ("aws-sm:team/claude#api_key", Reference("aws-sm", "team/claude", "api_key"), "AWS Secrets Manager team/claude#api_key"),
        (f"aws-sm:{ARN}#a:b", Reference("aws-sm", ARN, "a:b"), f"AWS Secrets Manager {ARN}#a:b"),
        ("vault:secret/team/claude#key", Reference("vault", "secret/team/claude", "key"), "Vault secret/team/claude#key"),
    ],
)
def test_what_a_reference_is(text: str, reference: Reference, source: str) -> None:
    """Four kinds; only the stores with fields have one behind `#`, and a reference is printed as it is written."""
    assert parse_reference(text) == reference
    assert str(reference) == text.strip()
    assert reference.source == source


@pytest.mark.parametrize(
    "text",
    [
        *("", "none", "env", "env:", "env: ", "env:A B", "env:1A", "file:", "file:a\nb", "aws-sm:", "aws-sm:#a", "aws-sm:a#", "aws-sm:a b"),
        *("vault:secret", "vault:secret/a", "vault:secret/a#", "vault:/a#b", "vault:secret//a#b", "gcp:a", "ENV:A", "https://vault/a#b"),
        *(KEY, f"env:{KEY}", f"file:{KEY}", f"aws-sm:{KEY}", f"vault:{KEY}/a#b", "yk-production-abc", "file:yk-production-abc"),
    ],
)
def test_anything_else_is_refused_without_being_shown(text: str) -> None:
    """It may be the key itself, even behind a kind's name."""
    with pytest.raises(OperatorError, match=r"sms\.secret takes env:NAME, file:PATH, aws-sm") as caught:
        parse_reference(text, "sms.secret")
    assert len(text) < 9 or text not in f"{caught.value!r} {caught.value}"
    assert KEY not in f"{caught.value!r} {caught.value}"
