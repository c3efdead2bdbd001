"""Which Redis the settings name, and what they may not say."""

from __future__ import annotations

from pathlib import Path

import pytest

from yumen.errors import OperatorError
from yumen.settings.redis import named_redis
from yumen.settings.stores import Redis
from yumen.settings.values import Settings


def settings(url: str | None, password: str | None = None) -> Settings:
    """Settings that name that Redis."""
    return Settings(redis=Redis(url=url, password=password))


def test_none_is_named() -> None:
    """Without a URL there is no Redis, whatever else is said."""
    assert named_redis(settings(None, "env:NOT_SET"), {}) is None


def test_a_passwords_file_ends_in_a_new_line(tmp_path: Path) -> None:
    """What editors and `echo` put behind a password is no part of it."""
    (tmp_path / "password").write_text("pa55word\n")
    named = named_redis(settings("rediss://gateway@redis.internal:6379/0", f"file:{tmp_path}/password"), {})
    assert named is not None
    assert named.password is not None
    assert named.password.reveal() == "pa55word"
    assert "pa55word" not in repr(named)


@pytest.mark.parametrize("url", ["redis://127.0.0.1", "redis://[::1]:6379/", "rediss://gateway@redis.internal:6379/3"])
def test_what_is_taken(url: str) -> None:
    """Host, port, number and user, in plain or by TLS."""
    assert named_redis(settings(url), {}) == (url, None)


@pytest.mark.parametrize(
    "url",
    [
        "http://redis.internal",
        "redis.internal:6379",
        "redis://",
        "redis://redis.internal:port/0",
        "redis://redis.internal:6379/name",
        "redis://redis.internal?socket_timeout=abc",
        "redis://:pa55word@redis.internal/0",
        "redis://gateway:pa55word@redis.internal/0",
        "redis://redis.internal?password=pa55word",
        "",
    ],
)
def test_what_is_refused(url: str) -> None:
    """Anything else is one sentence that does not show the URL: it may hold a password."""
    with pytest.raises(OperatorError, match=r"redis\.url") as caught:
        named_redis(settings(url), {})
    assert "pa55word" not in f"{caught.value!r} {caught.value}"
