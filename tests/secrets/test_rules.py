"""What is cut off a secret, what cannot be used, and what is said of it."""

from __future__ import annotations

import pytest

from yumen.secrets import Flaw, Judge, Judged, Reference, Remark, SecretMissing, judge_claudes_key, judge_key, judge_text
from yumen.secrets.fields import field_of_text
from yumen.secrets.rules import first_other

KEY = "sk-ant-api03-abcdef"
TRIMMED = (Remark.TRIMMED,)


@pytest.mark.parametrize(
    ("judge", "text", "judged"),
    [
        (judge_claudes_key, KEY, Judged(KEY)),
        (judge_claudes_key, KEY + "\n", Judged(KEY)),
        (judge_claudes_key, KEY + "\r\n", Judged(KEY)),
        (judge_claudes_key, KEY + "\n\n", Judged(KEY, None, TRIMMED)),
        (judge_claudes_key, f" {KEY}\t", Judged(KEY, None, TRIMMED)),
        (judge_claudes_key, "\ufeff" + KEY, Judged(KEY, None, TRIMMED)),
        (judge_claudes_key, "\ufeff \u00a0" + KEY, Judged(KEY, None, TRIMMED)),
        (judge_claudes_key, "yk-production-abc", Judged("yk-production-abc", Flaw.OWN)),
        (judge_claudes_key, "your-api-key", Judged("your-api-key", None, (Remark.UNLIKE,))),
        (judge_claudes_key, "sk-ant-xxxx", Judged("sk-ant-xxxx", None, (Remark.UNLIKE,))),
        (judge_key, "yk-production-abc", Judged("yk-production-abc")),
        (judge_key, "your-api-key", Judged("your-api-key")),
        (judge_key, "", Judged("", Flaw.EMPTY)),
        (judge_key, " \r\n\ufeff", Judged("", Flaw.EMPTY, TRIMMED)),
        (judge_key, "two words", Judged("two words", Flaw.UNSENDABLE)),
        (judge_key, "a\nb", Judged("a\nb", Flaw.UNSENDABLE)),
        (judge_key, "a\x00b", Judged("a\x00b", Flaw.UNSENDABLE)),
        (judge_key, "钥匙", Judged("钥匙", Flaw.UNSENDABLE)),
        (judge_key, f"'{KEY}'", Judged(f"'{KEY}'", Flaw.QUOTED)),
        (judge_key, f"\u201c{KEY}\u201d", Judged(f"\u201c{KEY}\u201d", Flaw.QUOTED)),
        (judge_key, '{"key": "a"}', Judged('{"key": "a"}', Flaw.OBJECT)),
        (judge_key, '{"key":"a"}', Judged('{"key":"a"}', Flaw.OBJECT)),
        (judge_key, "{key}", Judged("{key}")),
        (judge_text, " two 'words' \n", Judged("two 'words'", None, TRIMMED)),
        (judge_text, "\n", Judged("", Flaw.EMPTY)),
    ],
)
def test_what_a_text_is_worth(judge: Judge, text: str, judged: Judged) -> None:
    """A line's end that an editor left is nothing to speak of; other white space is cut off and told; what cannot be sent has its flaw."""
    assert judge(text) == judged


def test_nothing_that_is_said_shows_the_secret() -> None:
    """A flaw and a remark have a place for the source alone."""
    for sentence in (*Flaw, *Remark):
        assert sentence.format(source="file /k") == sentence.replace("{source}", "file /k")


def test_the_first_that_was_not_refused() -> None:
    """In the middle of a rotation the next value is tried, then the one before."""
    assert first_other(["b", "a"], {"b"}) == "a"
    assert first_other(["b", "a"], {"a"}) == "b"
    assert first_other(["a"], {"a"}) is None


def test_a_text_that_is_no_unicode_is_named_not_stumbled_over() -> None:
    """A variable may hold any bytes, which Python shows as lone surrogates."""
    assert judge_key('{"a": "\udc80"}').flaw is Flaw.UNSENDABLE
    with pytest.raises(SecretMissing, match="is not a JSON object"):
        field_of_text(Reference("aws-sm", "a", "b"), '{"b": "\udc80"}')
