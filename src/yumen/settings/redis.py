"""The Redis that the settings name: its address, checked, and its password from where the settings say."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from yumen.errors import OperatorError
from yumen.settings.sources import Sources, tell_nobody

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from yumen.exchange.values import Secret
    from yumen.settings.values import Settings

SCHEMES = ("redis", "rediss")


class NamedRedis(NamedTuple):
    """A Redis before anything was sent to it, and its password, which no log may show."""

    url: str
    password: Secret | None


def named_redis(settings: Settings, environ: Mapping[str, str], register: Callable[[str], object] = tell_nobody) -> NamedRedis | None:
    """Return the Redis that the settings name, None where they name none. Raises OperatorError where what they name will not do."""
    chosen = settings.redis
    if chosen.url is None:
        return None
    check_redis_url(chosen.url)
    if chosen.password is None:
        return NamedRedis(chosen.url, None)
    with closing(Sources(settings.secrets, environ, register)) as sources:
        return NamedRedis(chosen.url, sources.secret(chosen.password, "redis.password"))


def check_redis_url(url: str) -> None:
    """Raise OperatorError where a URL is none of Redis's, and never show what it may hold."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if parts.password is not None:
        raise OperatorError("the password must not stand in redis.url: name its source in redis.password")
    database = parts.path.strip("/")
    if parts.scheme not in SCHEMES or not parts.hostname or parts.query or parts.fragment or not (database.isdecimal() or not database):
        raise OperatorError("redis.url takes redis://HOST:PORT/DB or rediss://HOST:PORT/DB, with USER@ before the host at most")
