"""What a policy would have done with what was flagged lately: part by part, so that the page can say how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from yumen.console.pages.policies.found import SPAN_SENTENCES, since_of, span_meant
from yumen.console.pages.policies.places import MOST, addresses
from yumen.console.pages.policies.trial import ACTION_SENTENCES
from yumen.console.pages.times import us_of_text

if TYPE_CHECKING:
    from starlette.responses import Response

    from yumen.console.pages.visit import Visit

MODULES = ["replay.js"]
(SAME_NAME,) = HIDDEN_SENTENCES = ("{name} (the operator's)",)


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the page's script asks for, part by part."""

    policy: str
    span: str
    since: str | None = None
    """When the span began, as the first part said."""
    page: str | None = None


async def show(visit: Visit) -> Response:
    """Show the form."""
    return await shown(visit, None)


async def shown(visit: Visit, part: Any) -> Response:  # noqa: ANN401  (what the operation answers)
    """Show the form, and what came of a part."""
    policies = (await visit.do("policies.list", {"limit": MOST})).data
    named, shown_ones = addresses(policies), [each for each in policies if each.document is not None]
    return await visit.show(
        "policies/replay.html",
        names=[(named[each.id], each.name if named[each.id] == each.name else visit.say(SAME_NAME, name=each.name)) for each in shown_ones],
        span=span_meant(visit.sent("span")),
        spans=list(SPAN_SENTENCES.items()),
        actions=ACTION_SENTENCES,
        part=part,
        modules=MODULES,
    )


async def submit(visit: Visit) -> Response:
    """Run one part: for a page's script with how far it is, else the newest part alone."""
    live = visit.request.headers.get("content-type", "").startswith("application/json")
    wanted: Part = await visit.body(Part) if live else Part(visit.form.text("policy"), visit.form.text("span"))
    since = wanted.since or since_of(visit, span_meant(wanted.span))
    asked = {"name": wanted.policy, "starting_at": since} | ({} if wanted.page is None else {"page": wanted.page})
    part = await visit.do("policies.replay", asked)
    if not live:
        return await shown(visit, part)
    return visit.json({"part": part, "since": since, "share": share_of(visit, since, part)})


def share_of(visit: Visit, since: str, part: Any) -> float:  # noqa: ANN401  (what the operation answers)
    """Return how much of the span is behind us, of one."""
    begin, reached, now = us_of_text(since) or 0, us_of_text(part.reached_at), visit.services.clock.now_us()
    if part.next_page is None or reached is None:
        return 1.0
    return (now - reached) / max(now - begin, 1)
