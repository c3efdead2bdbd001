"""The Redis that the settings name: its address, checked, and its password from where the settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from yumen.errors import OperatorError
from yumen.settings.credential import Secret, read_reference, read_secret_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yumen.settings.values import Settings

SCHEMES = ("redis", "rediss")


class NamedRedis(NamedTuple):
    """A Redis before anything was sent to it, and its password, which no log may show."""

    url: str
    password: Secret | None


def named_redis(settings: Settings, environ: Mapping[str, str]) -> NamedRedis | None:
    """Return the Redis that the settings name, None where they name none. Raises OperatorError where what they name will not do."""
    chosen = settings.redis
    if chosen.url is None:
        return None
    check_redis_url(chosen.url)
    password = None if chosen.password is None else read_reference(chosen.password, environ, read_secret_file)
    return NamedRedis(chosen.url, None if password is None else Secret(password.value.strip(), password.source))


def check_redis_url(url: str) -> None:
    """Raise OperatorError where a URL is none of Redis's, and never show what it may hold."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if parts.password is not None:
        raise OperatorError("the password must not stand in redis.url: name its source in redis.password (env:NAME or file:PATH)")
    database = parts.path.strip("/")
    if parts.scheme not in SCHEMES or not parts.hostname or parts.query or parts.fragment or not (database.isdecimal() or not database):
        raise OperatorError("redis.url takes redis://HOST:PORT/DB or rediss://HOST:PORT/DB, with USER@ before the host at most")
