"""`yumen upstreams`: every upstream with its settings, and how it does, as the running gateway says."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import msgspec
import typer

from yumen.cli.opened import resolved_settings
from yumen.cli.options import AsJson, Config, Data
from yumen.settings import parse_address, plan_upstreams

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from yumen.cli.console import Console
    from yumen.settings import NamedPlan, Settings

TIMEOUT_S = 2.0
CIRCUITS = ("closed", "half-open", "open")
BROKEN = "broken"
"""Counted beside `answered`, since it was one at first."""
FAILURES = ("unauthorized", "error", "failed", BROKEN)
COLUMNS = [
    "name",
    "url",
    "credential",
    "environments",
    "priority",
    "weight",
    "circuit",
    "quota left",
    "requests",
    "failures",
    "organizations",
]
Samples = dict[str, list[tuple[dict[str, str], float]]]


class QuotaLine(msgspec.Struct, frozen=True):
    """What is left of one limit."""

    model_class: str
    kind: str
    remaining: int
    limit: int | None


class UpstreamLine(msgspec.Struct, frozen=True):
    """One upstream. What is None or empty from `circuit` on is not known: no gateway runs there."""

    name: str
    url: str | None
    kind: str
    credential: str | None
    """Where it comes from; the value is shown nowhere."""
    models: tuple[str, ...]
    names: dict[str, str]
    environments: tuple[str, ...]
    priority: int
    weight: int
    circuit: str | None = None
    quota: tuple[QuotaLine, ...] = ()
    results: dict[str, int] = {}
    organizations: tuple[str, ...] = ()
    """Whose alone it is; empty: it is shared."""


def build() -> typer.Typer:
    """Return the command."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(help="Show every upstream: settings, circuit, quota left, requests and failures.")(upstreams)
    return app


def upstreams(ctx: typer.Context, *, as_json: AsJson = False, data: Data = None, config: Config = None) -> None:
    """Show upstreams."""
    console: Console = ctx.obj
    settings = resolved_settings(console, config, data=data).settings
    text = figures(settings)
    samples = {} if text is None else read_samples(text)
    lines = [line_of(plan, samples) for plan in plan_upstreams(settings, console.environ)]
    if as_json:
        for line in lines:
            console.raw(msgspec.json.encode(line).decode())
        return
    show(console, [cells(line) for line in lines])
    if text is None:
        console.note("no gateway answers at {address}, so only the settings are shown", address=settings.control)


def show(console: Console, rows: list[list[object]]) -> None:
    """Print the table; on a terminal without the columns that say nothing of any upstream, so that the others have room."""
    told = [place for place in range(len(COLUMNS)) if not console.is_terminal or any(row[place] is not None for row in rows)]
    console.table([COLUMNS[place] for place in told], [[row[place] for place in told] for row in rows])


def figures(settings: Settings) -> str | None:
    """Return the running gateway's metrics; None: none answers, or no more than the settings can be said."""
    address = parse_address(settings.control, "control")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # the gateway is no matter of a proxy's
    try:
        with opener.open(f"http://{address}/metrics", timeout=TIMEOUT_S) as answer:
            return str(answer.read().decode())
    except (OSError, urllib.error.URLError, ValueError):
        return None


def read_samples(text: str) -> Samples:
    """Return the samples of the upstreams by the metrics' names."""
    from prometheus_client.parser import text_string_to_metric_families

    found: Samples = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if "upstream" in sample.labels:
                found.setdefault(family.name, []).append((sample.labels, sample.value))
    return found


def line_of(plan: NamedPlan, samples: Mapping[str, list[tuple[dict[str, str], float]]]) -> UpstreamLine:
    """Return an upstream as it is shown."""
    table = plan.table

    def own(metric: str) -> Iterator[tuple[dict[str, str], float]]:
        return ((labels, value) for labels, value in samples.get(metric, ()) if labels["upstream"] == plan.name)

    limits = {(labels["class"], labels["kind"]): int(value) for labels, value in own("yumen_upstream_quota_limit")}
    quota = [
        QuotaLine(labels["class"], labels["kind"], int(value), limits.get((labels["class"], labels["kind"])))
        for labels, value in own("yumen_upstream_quota_remaining")
    ]
    return UpstreamLine(
        name=plan.name,
        url=plan.url,
        kind="sandbox" if plan.url is None else table.kind,
        credential=None if plan.credential is None else plan.credential.source,
        models=table.models,
        names=table.names,
        environments=table.environments,
        priority=table.priority,
        weight=table.weight,
        organizations=table.organizations,
        circuit=next((CIRCUITS[int(value)] for _, value in own("yumen_upstream_circuit")), None),
        quota=tuple(quota),
        results={labels["result"]: int(value) for labels, value in own("yumen_upstream_requests")},
    )


def cells(line: UpstreamLine) -> list[object]:
    """Return an upstream's row."""
    known = line.circuit is not None
    least = min(line.quota, key=lambda each: each.remaining / each.limit if each.limit else 1.0, default=None)
    return [
        line.name,
        line.url or "sandbox",
        line.credential,
        ", ".join(line.environments) or None,
        line.priority,
        line.weight,
        line.circuit,
        None if least is None else f"{least.remaining} {least.kind} ({least.model_class})",
        sum(count for result, count in line.results.items() if result != BROKEN) if known else None,
        sum(line.results.get(result, 0) for result in FAILURES) if known else None,
        ", ".join(line.organizations) or None,
    ]
