"""Asking for more than the plan gives: limits, isolation, a policy, each with the reason; and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yumen.console.pages.limit_forms import KIND_SENTENCES, limits_of
from yumen.console.pages.limits.lines import lines_of, written
from yumen.console.pages.limits.names import names_of
from yumen.console.pages.page import Page
from yumen.errors import OperatorError
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.pages.visit import Visit

MOST = 50
ASKED_FOR = ("requests_per_minute", "input_tokens_per_minute", "output_tokens_per_minute", "concurrent_requests", "spend_per_month")
"""What is asked for most; it stands open, all else behind a fold."""
STATUS_SENTENCES = {"open": "Waits for an answer", "approved": "Granted", "declined": "Declined"}
STATUS_KINDS = {"open": "warn", "approved": "good", "declined": "bad"}


async def show(visit: Visit) -> Response:
    """Show the form, and what was asked before."""
    page = await visit.do("limits.list", {"scope_kind": "organization", "scope_id": visit.organization_id})
    names = await names_of(visit)
    lines = {line.kind: line for line in lines_of(visit, page.data, names)}
    requests = (await visit.do("increase_requests.list", {"limit": MOST})).data
    return await visit.show(
        "limits/more.html",
        usual=[(kind, KIND_SENTENCES[kind], lines.get(kind)) for kind in ASKED_FOR],
        others=[(kind, sentence, lines.get(kind)) for kind, sentence in KIND_SENTENCES.items() if kind not in ASKED_FOR],
        requests=[(one, wishes(visit, one.wanted), STATUS_KINDS[one.status]) for one in requests],
        statuses=STATUS_SENTENCES,
        may_ask=visit.may(Action.INCREASE_ASK),
        isolated=visit.organization is not None and visit.organization.isolated,
    )


def wishes(visit: Visit, wanted: Any) -> list[str]:  # noqa: ANN401  (what the admin API shows of it)
    """Return what is asked for, each in words."""
    said = []
    for one in wanted.limits:
        kind = one.limit.kind
        said.append(f"{visit.say(KIND_SENTENCES[kind])}: {written(visit, kind, one.limit.value)}")
    if wanted.isolation:
        said.append(visit.say("Isolation"))
    if wanted.policy:
        said.append(visit.say("Policy {policy}", policy=wanted.policy))
    return said


async def ask(visit: Visit) -> Response:
    """Ask."""
    scope = {"kind": "organization", "id": visit.organization_id}
    limits = [{"scope": scope, "limit": limit} for limit in limits_of(visit.form)]
    wanted = {"limits": limits, "isolation": visit.form.ticked("isolation"), "policy": visit.form.maybe("policy")}
    if not (limits or wanted["isolation"] or wanted["policy"]):
        raise OperatorError("say what you need more of: a limit, isolation, or a policy")
    await visit.do("increase_requests.create", {"wanted": wanted, "reason": visit.form.text("reason")})
    return visit.go("/limits/more", visit.say("Your request is on its way: you are told by mail when it is decided."))


PAGES = (Page(path="/limits/more", access=Action.INCREASE_READ, show=show, submit=ask),)
