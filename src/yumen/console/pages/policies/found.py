"""What policies found lately: added up by rule, hit by hit, and the words around the hits of one request."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import msgspec

from yumen.clock import iso
from yumen.console.pages.policies.marking import Piece
from yumen.console.pages.policies.places import MOST
from yumen.console.pages.policies.trial import ACTION_KINDS
from yumen.organizations.permissions import Action

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.responses import Response

    from yumen.console.pages.visit import Visit

SPANS = {"1h": timedelta(hours=1), "1d": timedelta(days=1), "7d": timedelta(days=7), "30d": timedelta(days=30)}
SPAN_SENTENCES = {"1h": "The last hour", "1d": "The last day", "7d": "The last 7 days", "30d": "The last 30 days"}
USUAL = "7d"
PER_PAGE = 50
PLACE_SENTENCES = {
    "system": "system prompt",
    "messages": "messages",
    "tools": "tools",
    "thinking": "thinking",
    "tool_input": "tool input",
    "file": "file",
    "other": "elsewhere",
}
ON_SENTENCES = {"request": "request", "answer": "answer"}


class Read(msgspec.Struct, frozen=True):
    """A flag, and the words around its hits in pieces."""

    flag: Any
    """As the admin API shows it."""
    excerpts: list[list[Piece]]


def since_of(visit: Visit, span: str) -> str:
    """Return when a span began."""
    return iso(visit.services.clock.now_us() - SPANS[span] // timedelta(microseconds=1))


def span_meant(text: str) -> str:
    """Return a span that there is."""
    return text if text in SPANS else USUAL


async def show(visit: Visit) -> Response:
    """Show what was found."""
    span, policy = span_meant(visit.query.get("span", "")), visit.query.get("policy", "")
    asked: dict[str, Any] = {"starting_at": since_of(visit, span)} | ({"policy": policy} if policy else {})
    cursor = {"page": visit.query["page"]} if "page" in visit.query else {}
    flags = await visit.do("policy_flags.list", asked | cursor | {"limit": PER_PAGE})
    kept = {"span": span} | ({"policy": policy} if policy else {})
    sums = await visit.do("policy_flags.summary", asked)
    return await visit.show(
        "policies/found.html",
        sums=sums,
        names=[(each, each) for each in await names_of(visit, sums, policy)],
        flags=flags.data,
        older=None if flags.next_page is None else f"/policies/_found?{urlencode(kept | {'page': flags.next_page})}",
        spans=SPAN_SENTENCES,
        span=span,
        policy=policy,
        places=PLACE_SENTENCES,
        directions=ON_SENTENCES,
        action_kinds=ACTION_KINDS,
        may_requests=visit.may(Action.REQUEST_READ),
    )


async def names_of(visit: Visit, sums: Iterable[Any], policy: str) -> list[str]:
    """Return the policies that can be chosen: what is stored, the operator's file, and what was found by one that is no more."""
    stored = (await visit.do("policies.list", {"limit": MOST})).data
    file = (await visit.do("policy_file.retrieve")).name
    names = {each.name for each in stored} | {each.policy for each in sums} | {file, policy}
    return sorted(each for each in names if each)


async def show_request(visit: Visit) -> Response:
    """Show what was found in one request; where words are shown, the audit log says who read them."""
    found = await visit.do("policy_flags.retrieve", request_id=visit.path["request_id"])
    return await visit.show(
        "policies/found_request.html",
        request_id=found.request_id,
        reads=[Read(each.flag, [pieces_of(words, each.flag) for words in each.excerpts]) for each in found.flags],
        places=PLACE_SENTENCES,
        directions=ON_SENTENCES,
        action_kinds=ACTION_KINDS,
    )


def pieces_of(words: Any, flag: Any) -> list[Piece]:  # noqa: ANN401  (as the admin API shows them)
    """Return the words around a hit with the hit marked."""
    before, hit, behind = words.text[: words.start], words.text[words.start : words.end], words.text[words.end :]
    return [piece for piece in (Piece(before), Piece(hit, flag.rule, flag.action), Piece(behind)) if piece.text]
