"""`yumen upstreams`: every upstream with its settings, and how it does, as the running gateway says."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import msgspec
import typer

from yumen.cli.opened import resolved_settings
from yumen.cli.options import AsJson, Config, Data
from yumen.clock import iso
from yumen.settings import parse_address, plan_upstreams

if TYPE_CHECKING:
    from yumen.cli.console import Console
    from yumen.observe.upstream_figures import QuotaFigure, UpstreamFigures
    from yumen.settings import NamedPlan, Settings

TIMEOUT_S = 2.0
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


class QuotaLine(msgspec.Struct, frozen=True):
    """What is left of one limit."""

    model_class: str
    kind: str
    remaining: int
    limit: int | None
    resets_at: str | None


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
    from yumen.observe.figures import Figures  # with what reads metrics: not for other commands
    from yumen.observe.upstream_figures import figures_of

    text = figures_text(settings)
    figures = Figures(text or "")
    lines = [(line_of(plan, own), own) for plan in plan_upstreams(settings, console.environ) for own in [figures_of(figures, plan.name)]]
    if as_json:
        for line, _ in lines:
            console.raw(msgspec.json.encode(line).decode())
        return
    show(console, [cells(line, own) for line, own in lines])
    if text is None:
        console.note("no gateway answers at {address}, so only the settings are shown", address=settings.control)


def show(console: Console, rows: list[list[object]]) -> None:
    """Print the table; on a terminal without the columns that say nothing of any upstream, so that the others have room."""
    told = [place for place in range(len(COLUMNS)) if not console.is_terminal or any(row[place] is not None for row in rows)]
    console.table([COLUMNS[place] for place in told], [[row[place] for place in told] for row in rows])


def figures_text(settings: Settings) -> str | None:
    """Return the running gateway's metrics; None: none answers, or no more than the settings can be said."""
    address = parse_address(settings.control, "control")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # the gateway is no matter of a proxy's
    try:
        with opener.open(f"http://{address}/metrics", timeout=TIMEOUT_S) as answer:
            return str(answer.read().decode())
    except (OSError, urllib.error.URLError, ValueError):
        return None


def line_of(plan: NamedPlan, figures: UpstreamFigures) -> UpstreamLine:
    """Return an upstream as it is shown."""
    table = plan.table
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
        circuit=figures.circuit,
        quota=tuple(quota_line(each) for each in figures.quota),
        results=figures.results,
    )


def quota_line(quota: QuotaFigure) -> QuotaLine:
    """Return what is left of a limit, as it is shown."""
    resets_at = None if quota.resets_us is None else iso(quota.resets_us)
    return QuotaLine(quota.model_class, quota.kind, quota.remaining, quota.limit, resets_at)


def cells(line: UpstreamLine, figures: UpstreamFigures) -> list[object]:
    """Return an upstream's row."""
    known, least = line.circuit is not None, figures.least
    return [
        line.name,
        line.url or "sandbox",
        line.credential,
        ", ".join(line.environments) or None,
        line.priority,
        line.weight,
        line.circuit,
        None if least is None else f"{least.remaining} {least.kind} ({least.model_class})",
        figures.requests if known else None,
        figures.failures if known else None,
        ", ".join(line.organizations) or None,
    ]
