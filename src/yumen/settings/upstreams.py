"""Every upstream that the settings name: one by `upstream` and `credential`, or several by tables; checked before anything is opened."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from yumen.errors import OperatorError
from yumen.secrets.reference import parse_reference
from yumen.secrets.values import Reference
from yumen.settings.clouds import CLAUDE_KIND, address_of, flaws_of_kind, found_in
from yumen.settings.credential import NONE, SANDBOX, check_url, plan_credential, plan_upstream
from yumen.settings.sending import Upstream

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from yumen.settings.values import Settings

DEFAULT = "default"
"""The name of a single upstream."""
STAGING = "staging"
ENVIRONMENTS = ("production", STAGING)
"""Which keys there are."""
PROXIES = ("http", "https", "socks5", "socks5h")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_PATTERN = re.compile(r"[^*\s]+\*?|\*")
_MODEL = re.compile(r"[^*\s]+")
_ORGANIZATION = re.compile(r"org_[A-Za-z0-9]{1,64}")
_CURRENCY = re.compile(r"[A-Z]{3}")


class NamedPlan(msgspec.Struct, frozen=True):
    """One upstream. `url` None: the sandbox, which never gets a credential."""

    name: str
    url: str | None
    credential: Reference | None = None
    chosen: bool = True
    """Whether the operator named it; otherwise it follows from the environment."""
    table: Upstream = Upstream()
    """What its table says beside that."""


def plan_upstreams(settings: Settings, environ: Mapping[str, str]) -> tuple[NamedPlan, ...]:
    """Decide where requests can go and with what. Raises OperatorError where that cannot be done safely."""
    if not settings.upstreams:
        one = plan_upstream(settings, environ)
        return (NamedPlan(DEFAULT, one.url, one.credential, one.chosen),)
    if settings.upstream is not None or settings.credential is not None:
        raise OperatorError("upstream and credential are for a single upstream: with tables [upstreams.NAME] leave them out")
    plans = [plan_of(name, table, settings, environ) for name, table in settings.upstreams.items()]
    return (*plans, *sandbox_for_staging(plans))


def plan_of(name: str, table: Upstream, settings: Settings, environ: Mapping[str, str]) -> NamedPlan:
    """Return the plan of one table. Raises OperatorError."""
    table = found_in(environ, table)
    for sentence, values in flaws(name, table):
        raise OperatorError(sentence, name=name, **values)
    text = table.url or address_of(table)
    if text == SANDBOX:
        return NamedPlan(name, None, None, table=table)
    url = check_url(text, allow_plain_http=settings.allow_plain_http, setting=f"upstreams.{name}.url")
    setting = f"upstreams.{name}.credential"
    if table.kind == CLAUDE_KIND:
        return NamedPlan(name, url, plan_credential(url, table.credential, environ, setting), table=table)
    # The clouds' own tools find what they need without a word of ours.
    named = None if table.credential in (None, NONE) else parse_reference(str(table.credential), setting)
    return NamedPlan(name, url, named, table=table)


def flaws(name: str, table: Upstream) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield what is wrong with a table, as a sentence and its values."""
    if not _NAME.fullmatch(name):
        yield "upstreams.{name}: a name has up to 32 small letters, digits, - and _", {}
    yield from flaws_of_kind(table)
    yield from flaws_of_numbers(table)
    for pattern in table.models:
        if not _PATTERN.fullmatch(pattern):
            yield "upstreams.{name}: models takes names, or their beginnings with a * at the end, not {value}", {"value": repr(pattern)}
    for asked, sent in table.names.items():
        if not _MODEL.fullmatch(asked) or not _MODEL.fullmatch(sent):
            yield (
                "upstreams.{name}: names takes a model's whole name and what it is called there, not {value}",
                {"value": f"{asked!r} = {sent!r}"},
            )
    for environment in set(table.environments) - set(ENVIRONMENTS):
        known = ", ".join(ENVIRONMENTS)
        yield "upstreams.{name}: there is no environment {value}: it is one of {choices}", {"value": repr(environment), "choices": known}
    for organization in table.organizations:
        if not _ORGANIZATION.fullmatch(organization):
            # A name would not do: an organization can take another one, and any other may then take this.
            yield (
                "upstreams.{name}: organizations takes ids such as org_…, not {value}: yumen organizations list shows them",
                {"value": repr(organization)},
            )
    if table.proxy not in (None, NONE) and not is_proxy(table.proxy or ""):
        yield "upstreams.{name}: proxy takes http://, https://, socks5:// or socks5h:// with HOST:PORT, or none", {}


def flaws_of_numbers(table: Upstream) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield which numbers of a table will not do."""
    for field in ("weight", "connections"):
        number = getattr(table, field)
        if number is not None and number < 1:
            yield "upstreams.{name}: {field} is a whole number of at least 1, not {value}", {"field": field, "value": number}
    for field in ("connect_s", "first_byte_s", "between_bytes_s"):
        seconds = getattr(table, field)
        if seconds is not None and not 0 < seconds < math.inf:
            yield "upstreams.{name}: {field} is a number of seconds above 0, not {value}", {"field": field, "value": f"{seconds:g}"}
    if not _CURRENCY.fullmatch(table.currency):
        yield "upstreams.{name}: currency is a code of three capital letters such as CNY, not {value}", {"value": repr(table.currency)}
    if table.currency != "USD" and table.usd_per_unit is None:
        yield "upstreams.{name}: prices in {currency} need usd_per_unit, what one unit is worth in US dollars", {"currency": table.currency}
    if table.usd_per_unit is not None and not (table.usd_per_unit.is_finite() and table.usd_per_unit > 0):
        yield "upstreams.{name}: usd_per_unit is a number above 0", {}


def is_proxy(text: str) -> bool:
    """Tell whether it is the address of a proxy."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in PROXIES and bool(parts.hostname)


def sandbox_for_staging(plans: list[NamedPlan]) -> tuple[NamedPlan, ...]:
    """Return the sandbox for staging keys, where no upstream is for them. Raises OperatorError where other keys have none.

    What belongs to single organizations serves nobody else; where all do, nobody else is to be served.
    """
    shared = [plan for plan in plans if not plan.table.organizations] or plans
    lacking = [each for each in ENVIRONMENTS if not any(not plan.table.environments or each in plan.table.environments for plan in shared)]
    if not lacking:
        return ()
    if lacking == [STAGING] and all(plan.name != SANDBOX for plan in plans):
        return (NamedPlan(SANDBOX, None, chosen=False, table=Upstream(url=SANDBOX, environments=(STAGING,))),)
    raise OperatorError("no upstream serves keys of the environment {name}: put it into the environments of one", name=lacking[0])
