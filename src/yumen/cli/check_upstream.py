"""Looks whether the upstream can be reached and takes the credential, and whether its clock and ours agree."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from contextlib import closing
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from yumen.cli.finding import Finding, Level
from yumen.errors import OperatorError
from yumen.settings import judge_for, plan_upstreams
from yumen.settings.clouds import CLAUDE_KIND
from yumen.settings.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from email.message import Message

    from yumen.exchange.values import Secret
    from yumen.settings import NamedPlan, Settings

TIMEOUT_S = 10.0
SKEW_S = 60.0
REFUSED = (401, 403)
VERSION = "2023-06-01"


class Heard:
    """What came back: a status and its headers, or why nothing did."""

    def __init__(self, status: int, headers: Message | None, reason: str = "") -> None:
        """Note what came back; status 0: nothing."""
        self.status = status
        self.headers = headers
        self.reason = reason


def check_upstream(settings: Settings, environ: Mapping[str, str], now_us: int) -> Iterator[Finding]:
    """Yield what is found of the upstreams. Raises OperatorError where the settings name none that can be used."""
    plans = plan_upstreams(settings, environ)
    with closing(Sources(settings.secrets, environ)) as sources:
        for plan in plans:
            setting = f"upstreams.{plan.name}.credential" if settings.upstreams else "credential"
            try:
                yield from check_one(plan, sources, setting, now_us)
            except OperatorError as error:
                yield Finding(Level.FAIL, "upstream", error.sentence, error.values)


def check_one(plan: NamedPlan, sources: Sources, setting: str, now_us: int) -> Iterator[Finding]:
    """Yield what is found of one upstream. Raises OperatorError where its credential cannot be had."""
    if plan.url is None:
        yield Finding(Level.OK, "upstream", "the sandbox, which is always there")
        return
    if plan.table.kind != CLAUDE_KIND:
        yield Finding(Level.OK, "upstream", "{url} is a cloud's, which only a paid request would try", {"url": plan.url})
        return
    yield credential(plan)
    secret = None if plan.credential is None else sources.secret(str(plan.credential), setting, judge_for(plan.url))
    heard = ask(plan, secret)
    yield from reached(plan, heard)
    yield from skew(heard, now_us)


def credential(plan: NamedPlan) -> Finding:
    """Say which credential is sent."""
    if plan.credential is None:
        return Finding(Level.WARN, "credential", "none is sent to {url}", {"url": plan.url})
    return Finding(Level.OK, "credential", "the one of {source} goes to {url}", {"source": plan.credential.source, "url": plan.url})


def reached(plan: NamedPlan, heard: Heard) -> Iterator[Finding]:
    """Say whether the upstream answered."""
    values: dict[str, object] = {"url": plan.url, "status": heard.status, "reason": heard.reason}
    if heard.status == 0:
        yield Finding(
            Level.FAIL, "upstream", "{url} cannot be reached ({reason}): check the address, DNS, HTTPS_PROXY and certificates", values
        )
        return
    yield Finding(Level.OK, "upstream", "{url} answers", values)
    if heard.status in REFUSED:
        yield Finding(Level.FAIL, "credential", "{url} does not accept it (status {status}): put in one that is valid", values)


def skew(heard: Heard, now_us: int) -> Iterator[Finding]:
    """Say whether the upstream's clock and ours agree, where it says the time."""
    said = heard.headers.get("date") if heard.headers is not None else None
    try:
        apart_s = abs(parsedate_to_datetime(said).timestamp() - now_us / 1_000_000) if said else 0.0
    except ValueError:
        return
    if apart_s > SKEW_S:
        yield Finding(Level.WARN, "clock", "it is {seconds} s apart from the upstream's: set it right", {"seconds": f"{apart_s:.0f}"})


def ask(plan: NamedPlan, secret: Secret | None) -> Heard:
    """Ask the upstream for its models, which costs nothing."""
    headers = {"anthropic-version": VERSION}
    if secret is not None:
        name = plan.table.credential_header
        headers[name] = secret.reveal() if name == "x-api-key" else f"Bearer {secret.reveal()}"
    url = str(plan.url).removesuffix("/v1")
    request = urllib.request.Request(f"{url}/v1/models?limit=1", headers=headers)  # noqa: S310  (the settings allow http and https alone)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310  (the same)
            return Heard(answer.status, answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return Heard(error.code, error.headers)
    except urllib.error.URLError as error:
        return Heard(0, None, str(error.reason))
    except (OSError, http.client.HTTPException) as error:
        return Heard(0, None, str(error) or type(error).__name__)
