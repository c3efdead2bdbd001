"""Which address and which key a client takes: rules over what the program says, the settings and the environment's variables."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from yumen.client.faults import NoCredential
from yumen.client.place import Place
from yumen.errors import OperatorError
from yumen.secrets.reference import NAMES, parse_reference, read_reference
from yumen.secrets.rules import OWN_KEY
from yumen.settings.address import is_loopback
from yumen.settings.credential import CLAUDE, VARIABLES, check_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yumen.settings.values import Settings

PRODUCTION = "production"
SANDBOX = "sandbox"
ENVIRONMENT_VARIABLE = "YUMEN_ENVIRONMENT"
ADDRESS_VARIABLE = "ANTHROPIC_BASE_URL"
TOKEN_VARIABLE = "ANTHROPIC_AUTH_TOKEN"  # noqa: S105  (its name)


class Wanted(msgspec.Struct, frozen=True):
    """Where a program wants to ask; None: it does not say."""

    environment: str | None = None
    base_url: str | None = None


class KeyPlan(msgspec.Struct, frozen=True):
    """Where a key is: in a reference, or here."""

    setting: str
    reference: str | None = None
    plain: str | None = None
    token: str | None = None
    """The SDK's other variable: a bearer token."""

    def __repr__(self) -> str:
        return f"KeyPlan(setting={self.setting!r}, reference={self.reference!r})"

    @property
    def source(self) -> str:
        """What a plain key's place is called."""
        return self.setting


def find_place(wanted: Wanted, settings: Settings, environ: Mapping[str, str]) -> Place:
    """Return where to ask: what the program says, else YUMEN_ENVIRONMENT, else ANTHROPIC_BASE_URL, else production.

    An address beside an environment's name goes before the environment's own. Raises OperatorError for a name that nobody set up,
    and for an address that would show the key to the network.
    """
    name = wanted.environment or (None if wanted.base_url else environ.get(ENVIRONMENT_VARIABLE, "").strip() or None)
    address = wanted.base_url or (None if name else environ.get(ADDRESS_VARIABLE, "").strip() or None)
    if address == SANDBOX:
        return Place(name or SANDBOX, "", local=True)
    if address is not None:
        setting = "base_url" if wanted.base_url else ADDRESS_VARIABLE
        return addressed(check_url(address, allow_plain_http=settings.allow_plain_http, setting=setting), name, settings)
    return named(name or PRODUCTION, settings)


def addressed(url: str, name: str | None, settings: Settings) -> Place:
    """Return the place of an address: an environment's, where one has it; its key goes nowhere else."""
    for known, environment in settings.environments.items():
        if environment.base_url.rstrip("/") == url and name in (None, known):
            return Place(known, url, environment.key)
    return Place(name or (PRODUCTION if url == CLAUDE else urlsplit(url).netloc), url)


def named(name: str, settings: Settings) -> Place:
    """Return the environment of a name: a table of the settings, else one of the two that need none."""
    environment = settings.environments.get(name)
    if environment is not None and environment.base_url == SANDBOX:
        return Place(name, "", local=True)
    if environment is not None:
        setting = f"environments.{name}.base_url"
        url = check_url(environment.base_url, allow_plain_http=settings.allow_plain_http, setting=setting)
        return Place(name, url, environment.key)
    if name == PRODUCTION:
        return Place(PRODUCTION, CLAUDE)
    if name == SANDBOX:
        return Place(SANDBOX, "", local=True)
    there = ", ".join(sorted({*settings.environments, PRODUCTION, SANDBOX}))
    raise OperatorError(
        "there is no environment {name}: set [environments.{name}] with its base_url in yumen.toml, or choose one of {there}",
        name=name,
        there=there,
    )


def find_key(api_key: str | None, place: Place, environ: Mapping[str, str]) -> KeyPlan:
    """Return where the key for a place is: what the program says, else the environment's own, else a variable's if it may go there.

    Raises OperatorError for a reference that is none, and NoCredential where nothing is left.
    """
    if api_key is not None:
        return said("api_key", api_key)
    if place.key is not None:
        return said(f"environments.{place.name}.key", place.key)
    for name in VARIABLES:
        if may_go(environ.get(name, "").strip(), place.url):
            return KeyPlan(name, reference=f"env:{name}")
    token = environ.get(TOKEN_VARIABLE, "").strip()
    if token and (place.url == CLAUDE or is_loopback(urlsplit(place.url).hostname or "")):
        return KeyPlan(TOKEN_VARIABLE, token=environ[TOKEN_VARIABLE])
    raise NoCredential(
        "no key for {url}: pass api_key with a reference such as env:CLAUDE_API_KEY, set ANTHROPIC_API_KEY or CLAUDE_API_KEY, "
        'or choose environment="sandbox", which needs none',
        url=place.url,
    )


def said(setting: str, text: str) -> KeyPlan:
    """Return what a text is: a reference, or the key itself. Raises OperatorError for what was meant as a reference and is none."""
    if text.strip().partition(":")[0] in NAMES and read_reference(text.strip()) is None:
        parse_reference(text, setting)
    if read_reference(text.strip()) is not None:
        return KeyPlan(setting, reference=text.strip())
    return KeyPlan(setting, plain=text)


def may_go(key: str, url: str) -> bool:
    """Whether a variable's key goes to an address by itself: Claude's to Claude alone, a gateway's to gateways, all to this machine."""
    if not key:
        return False
    if is_loopback(urlsplit(url).hostname or ""):
        return True
    return key.startswith(OWN_KEY) != (url == CLAUDE)
