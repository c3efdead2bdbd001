"""Which policies there are, and what applies to whom now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.console.pages.policies.editing import STARTER_SENTENCES, is_operator, may_store
from yumen.console.pages.policies.places import MOST, SCOPE_SENTENCES, addresses, places_of

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.pages.visit import Visit


async def show(visit: Visit) -> Response:
    """Show them."""
    attached = await visit.do("policy_attachments.list")
    places = await places_of(visit)
    policies = (await visit.do("policies.list", {"limit": MOST})).data
    counts: dict[str, int] = {}
    for row in attached:
        counts[row.policy_id] = counts.get(row.policy_id, 0) + 1
    return await visit.show(
        "policies/list.html",
        file=await visit.do("policy_file.retrieve"),
        attached=[places.attached(row) for row in attached],
        policies=policies,
        addresses=addresses(policies),
        counts=counts,
        scopes=SCOPE_SENTENCES,
        starters=STARTER_SENTENCES,
        may_store=await may_store(visit),
        operator=is_operator(visit),
    )
