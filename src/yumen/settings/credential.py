"""Where requests go and with which credential: nobody's key travels to a host that it was not meant for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from yumen.errors import OperatorError
from yumen.settings.address import is_loopback
from yumen.settings.resolve import Notice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from yumen.settings.values import Settings

CLAUDE = "https://api.anthropic.com"
SANDBOX = "sandbox"
VARIABLES = ("ANTHROPIC_API_KEY", "CLAUDE_API_KEY")
"""The variables whose key goes by itself, to Claude's address and to loopback; the first that is set."""

_SENDABLE = re.compile(r"[\x21-\x7e]+")
_PLACEHOLDER = re.compile(r"(?i).*(your|my|<|xxx|\.\.\.|…|api[-_]key|placeholder|changeme)")


class Secret(msgspec.Struct, frozen=True):
    """A credential and the place that it came from; only the place is ever shown."""

    value: str
    source: str

    def __repr__(self) -> str:
        return f"Secret(source={self.source!r})"

    __str__ = __repr__


class UpstreamPlan(msgspec.Struct, frozen=True):
    """Where requests go. `url` None: the sandbox, which never gets a credential."""

    url: str | None
    credential: Secret | None = None
    chosen: bool = True
    """Whether the operator named it; otherwise it follows from the environment."""
    notices: tuple[Notice, ...] = ()


def plan_upstream(settings: Settings, environ: Mapping[str, str], read_file: Callable[[str], str]) -> UpstreamPlan:
    """Decide where requests go and with what. Raises OperatorError where that cannot be done safely."""
    if settings.upstream == SANDBOX:
        return UpstreamPlan(None)
    reference = settings.credential
    own = from_environment(environ)
    if settings.upstream is None and reference in (None, "none") and own is None:
        return UpstreamPlan(None, chosen=False)
    url = check_url(settings.upstream or CLAUDE, allow_plain_http=settings.allow_plain_http)
    secret = read_reference(reference, environ, read_file) if reference is not None else own_for(url, own)
    notices: list[Notice] = []
    if secret is not None:
        secret, notices = checked(secret, url)
    return UpstreamPlan(url, secret, settings.upstream is not None, tuple(notices))


def from_environment(environ: Mapping[str, str]) -> Secret | None:
    """Return the key that stands in the environment, if one does. A key of this gateway's is there for its clients: it does not count."""
    for name in VARIABLES:
        value = environ.get(name, "").strip()
        if value and not value.startswith("yk-"):
            return Secret(environ[name], f"environment {name}")
    return None


def own_for(url: str, own: Secret | None) -> Secret | None:
    """Return the environment's key where it may go by itself. Raises OperatorError where a credential has to be named."""
    host = urlsplit(url).hostname or ""
    if url == CLAUDE and own is None:
        raise OperatorError("{url} needs a credential: set ANTHROPIC_API_KEY, or give --credential env:NAME or file:PATH", url=url)
    if url == CLAUDE or is_loopback(host):
        return own
    raise OperatorError(
        "{url} needs --credential env:NAME, file:PATH or none: "
        "ANTHROPIC_API_KEY goes by itself only to Claude's own address and to loopback",
        url=url,
    )


def read_reference(reference: str, environ: Mapping[str, str], read_file: Callable[[str], str]) -> Secret | None:
    """Return the credential that a reference names; None for `none`."""
    kind, _, name = reference.partition(":")
    if reference == "none":
        return None
    if kind == "env" and name:
        if not environ.get(name, "").strip():
            raise OperatorError("credential env:{name}: the variable {name} is not set", name=name)
        return Secret(environ[name], f"environment {name}")
    if kind == "file" and name:
        return Secret(read_file(name), f"file {name}")
    raise OperatorError("credential takes env:NAME, file:PATH or none; the key itself must not stand in an option or a settings file")


def read_secret_file(path: str) -> str:
    """Read a credential's file."""
    try:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123  (the path as the operator wrote it)
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise OperatorError("credential file {path} cannot be read: {reason}", path=path, reason=reason) from error


def checked(secret: Secret, url: str) -> tuple[Secret, list[Notice]]:
    """Return a credential without what sticks to it, and what to tell. Its value is named by its source, never shown."""
    value = secret.value.strip().strip("\ufeff").strip()
    notices = []
    if value != secret.value.removesuffix("\n"):
        notices.append(Notice("the credential of {source} has white space around it, which was cut off", {"source": secret.source}))
    if value[:1] in ("'", '"') and value[-1:] == value[:1]:
        raise OperatorError("the credential of {source} stands in quotes: remove them", source=secret.source)
    if not _SENDABLE.fullmatch(value):
        raise OperatorError(
            "the credential of {source} cannot be a key: it is empty, or has spaces or strange characters in it", source=secret.source
        )
    if url == CLAUDE and value.startswith("yk-"):
        raise OperatorError("the credential of {source} is a key of this gateway, not one of Claude's", source=secret.source)
    if url == CLAUDE and (not value.startswith("sk-ant-") or _PLACEHOLDER.match(value)):
        notices.append(Notice("the credential of {source} does not look like a key of Claude's (sk-ant-…)", {"source": secret.source}))
    return Secret(value, secret.source), notices


def check_url(text: str, *, allow_plain_http: bool) -> str:
    """Return an upstream's URL without its last slash. Raises OperatorError where it is none, or would show what is sent to the network."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username is not None:
        raise OperatorError(
            "upstream takes sandbox or a URL such as https://api.anthropic.com, without user name and query, not {value}",
            value=repr(text if parts.username is None else "one with a user name"),
        )
    if parts.scheme == "http" and not is_loopback(parts.hostname) and not allow_plain_http:
        raise OperatorError(
            "upstream {url} has no TLS: use https, or set allow_plain_http = true if the network between is yours", url=text
        )
    return text.rstrip("/")
