"""An upstream as it is shown: what the settings say of it, and what the gateway counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.clock import iso
from yumen.console.api.premises import QuotaShown, UpstreamShown
from yumen.observe.upstream_figures import figures_of
from yumen.settings.shown import shown_address

if TYPE_CHECKING:
    from yumen.observe.figures import Figures
    from yumen.observe.upstream_figures import QuotaFigure
    from yumen.settings import NamedPlan


def upstream_of(plan: NamedPlan, figures: Figures) -> UpstreamShown:
    """Return an upstream."""
    table, own = plan.table, figures_of(figures, plan.name)
    return UpstreamShown(
        id=plan.name,
        kind="sandbox" if plan.url is None else table.kind,
        url=None if plan.url is None else shown_address(plan.url),
        credential=None if plan.credential is None else plan.credential.source,
        models=table.models,
        environments=table.environments,
        organizations=table.organizations,
        priority=table.priority,
        weight=table.weight,
        circuit=own.circuit,  # type: ignore[arg-type]  # one of the three
        quota=[quota_of(each) for each in own.quota],
        results=own.results,
        requests=own.requests,
        failures=own.failures,
        connections=own.connections,
        head_p50_us=own.half_us,
        head_p95_us=own.most_us,
    )


def quota_of(quota: QuotaFigure) -> QuotaShown:
    """Return one of its own limits."""
    return QuotaShown(
        model_class=quota.model_class,
        kind=quota.kind,
        limit=quota.limit,
        remaining=quota.remaining,
        resets_at=None if quota.resets_us is None else iso(quota.resets_us),
    )
