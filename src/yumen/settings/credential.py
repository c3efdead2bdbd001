"""Where requests go and with which credential: nobody's key travels to a host that it was not meant for."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from yumen.errors import OperatorError
from yumen.secrets.reference import parse_reference
from yumen.secrets.rules import OWN_KEY, judge_claudes_key, judge_key
from yumen.secrets.values import Reference
from yumen.settings.address import is_loopback

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yumen.secrets.rules import Judge
    from yumen.settings.values import Settings

CLAUDE = "https://api.anthropic.com"
SANDBOX = "sandbox"
NONE = "none"
VARIABLES = ("ANTHROPIC_API_KEY", "CLAUDE_API_KEY")
"""The variables whose key goes by itself, to Claude's address and to loopback; the first that is set."""


class UpstreamPlan(msgspec.Struct, frozen=True):
    """Where requests go. `url` None: the sandbox, which never gets a credential."""

    url: str | None
    credential: Reference | None = None
    chosen: bool = True
    """Whether the operator named it; otherwise it follows from the environment."""


def plan_upstream(settings: Settings, environ: Mapping[str, str]) -> UpstreamPlan:
    """Decide where requests go and with what, for a single upstream. Raises OperatorError where that cannot be done safely."""
    if settings.upstream == SANDBOX:
        return UpstreamPlan(None)
    if settings.upstream is None and settings.credential in (None, NONE) and from_environment(environ) is None:
        return UpstreamPlan(None, chosen=False)
    url = check_url(settings.upstream or CLAUDE, allow_plain_http=settings.allow_plain_http)
    return UpstreamPlan(url, plan_credential(url, settings.credential, environ), settings.upstream is not None)


def plan_credential(url: str, reference: str | None, environ: Mapping[str, str], setting: str = "credential") -> Reference | None:
    """Return where the credential of an upstream comes from; None: it gets none. Nothing is fetched.

    `url` is one that `check_url` gave, or `sandbox`, which never gets any; `reference` what the setting of that name holds. Raises
    OperatorError where it is no reference, and where one has to be named.
    """
    if url == SANDBOX or reference == NONE:
        return None
    if reference is not None:
        return parse_reference(reference, setting)
    own = from_environment(environ)
    if url == CLAUDE and own is None:
        raise OperatorError("{url} needs a credential: set ANTHROPIC_API_KEY, or give {setting} a reference", url=url, setting=setting)
    if url == CLAUDE or is_loopback(urlsplit(url).hostname or ""):
        return own
    raise OperatorError(
        "{url} needs its {setting}, a reference or none: ANTHROPIC_API_KEY goes by itself only to Claude's own address and to loopback",
        url=url,
        setting=setting,
    )


def judge_for(url: str) -> Judge:
    """Return what judges the credentials that go to an upstream."""
    return judge_claudes_key if url == CLAUDE else judge_key


def from_environment(environ: Mapping[str, str]) -> Reference | None:
    """Return where a key stands in the environment, if one does. A key of this gateway's is there for its clients: it does not count."""
    for name in VARIABLES:
        value = environ.get(name, "").strip()
        if value and not value.startswith(OWN_KEY):
            return Reference("env", name)
    return None


def check_url(text: str, *, allow_plain_http: bool, setting: str = "upstream") -> str:
    """Return an upstream's URL without its last slash.

    `setting` is where it stands. Raises OperatorError where it is none, or would show what is sent to the network.
    """
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username is not None:
        raise OperatorError(
            "{setting} takes sandbox or a URL such as https://api.anthropic.com, without user name and query, not {value}",
            setting=setting,
            value=repr(text if parts.username is None else "one with a user name"),
        )
    if parts.scheme == "http" and not is_loopback(parts.hostname) and not allow_plain_http:
        raise OperatorError(
            "{setting} {url} has no TLS: use https, or set allow_plain_http = true if the network between is yours",
            setting=setting,
            url=text,
        )
    return text.rstrip("/")
