"""Looks whether the upstream can be reached and takes the credential, and whether its clock and ours agree."""

from __future__ import annotations

import asyncio
from contextlib import closing
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple

from yumen.checks.finding import Finding, Level
from yumen.cli.check_cloud import check_cloud
from yumen.errors import Fault, OperatorError
from yumen.http import Pool, PoolOptions
from yumen.http.deadlines import Deadlines
from yumen.http.tls import client_context
from yumen.routes import Upstream, parse_origin, target_of
from yumen.settings import plan_upstreams
from yumen.settings.clouds import CLAUDE_KIND, judge_of
from yumen.settings.proxies import proxy_of
from yumen.settings.sources import Sources
from yumen.upstream.get import DEFAULT_VERSION, head_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from yumen.exchange.values import Secret
    from yumen.settings import NamedPlan, Settings

TIMEOUT_S = 10.0
SKEW_S = 60.0
REFUSED = (401, 403)


class Heard(NamedTuple):
    """What came back: a status and its headers, or why nothing did. Status 0: nothing."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...] = ()
    reason: str = ""


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
    secret = None if plan.credential is None else sources.secret(str(plan.credential), setting, judge_of(plan.table, plan.url))
    if plan.table.kind != CLAUDE_KIND:
        yield from check_cloud(plan, secret)
        return
    yield credential(plan)
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
    said = next((value.decode("latin-1") for name, value in heard.headers if name.lower() == b"date"), None)
    try:
        apart_s = abs(parsedate_to_datetime(said).timestamp() - now_us / 1_000_000) if said else 0.0
    except ValueError:
        return
    if apart_s > SKEW_S:
        yield Finding(Level.WARN, "clock", "it is {seconds} s apart from the upstream's: set it right", {"seconds": f"{apart_s:.0f}"})


def ask(plan: NamedPlan, secret: Secret | None) -> Heard:
    """Ask the upstream for its models, which costs nothing, by the way that the gateway takes: its proxy, and no redirect."""
    return asyncio.run(asked(plan, secret))


async def asked(plan: NamedPlan, secret: Secret | None) -> Heard:
    """Return what came back."""
    origin = parse_origin(str(plan.url))
    tls = client_context() if origin.scheme == "https" else None
    options = PoolOptions(connect_timeout_s=TIMEOUT_S, tls=tls, proxy=proxy_of(plan))
    pool = Pool(origin, options, Deadlines(asyncio.get_running_loop()))
    target = target_of(Upstream(plan.name, origin, secret, plan.table.credential_header))
    try:
        async with asyncio.timeout(TIMEOUT_S):
            connection = await pool.acquire()
            try:
                connection.send(head_of(target, "/v1/models?limit=1", DEFAULT_VERSION), whole=True)
                await connection.head()
                return Heard(connection.status, tuple(connection.headers))
            finally:
                connection.abort()
    except TimeoutError:
        return Heard(0, reason=f"no answer within {TIMEOUT_S:g} s")
    except Fault as fault:
        return Heard(0, reason=fault.message.removeprefix("The upstream cannot be reached: ").rstrip("."))
