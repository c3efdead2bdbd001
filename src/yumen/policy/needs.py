"""What policies need to know of a request beside its text, and what they need to act on it. Pure."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from yumen.claude import OTHER
from yumen.http import Head
from yumen.policy.asked import AskedFor
from yumen.policy.deciding import decide
from yumen.policy.escapes import Escapes, unescaped
from yumen.policy.head import betas_in_head, said_in_head
from yumen.policy.placeholders import mark
from yumen.policy.request import look_at_text
from yumen.policy.values import Action, On, Place

if TYPE_CHECKING:
    from yumen.exchange import Exchange
    from yumen.policy.compiled import Compiled
    from yumen.policy.request import Terms

AGENT = b"user-agent"


def mark_of(compiled: Compiled) -> str:
    """Return what marks policies: a hash of all that they say."""
    return hashlib.sha256(msgspec.json.encode(compiled.applied)).hexdigest()


def redacts_requests(compiled: Compiled) -> bool:
    """Tell whether a rule replaces something of a request."""
    return compiled.request is not None and any(
        not each.shadow and each.rule.action is Action.REDACT and each.rule.on is not On.ANSWER for each in compiled.rules
    )


def asked_of(exchange: Exchange) -> AskedFor:
    """Return what a request asks for, as far as it is known without its body."""
    view = exchange.view
    models = [view.model, *(candidate.model for candidate in exchange.candidates)]
    size = exchange.spool.size if exchange.spool is not None else len(exchange.body or b"")
    return AskedFor(
        models=tuple(dict.fromkeys(model for model in models if model)),
        betas=betas_in_head(exchange.request),
        body_bytes=size or exchange.request.length or 0,
        max_output_tokens=view.max_tokens,
    )


def blocked_by_head(exchange: Exchange, terms: Terms) -> str | None:
    """Return why the path, the query or a header may not be sent."""
    if terms.compiled.request is None:
        return None
    own_words = exchange.path if exchange.endpoint is OTHER or exchange.endpoint.name == "models.retrieve" else None
    for text in said_in_head(exchange.request, own_words):
        _, looked = look_at_text(text, terms, Place.OTHER, fixed=True, escapes=Escapes.URL)
        if looked.blocked is not None:
            return looked.blocked
    return None


def conceal(exchange: Exchange, compiled: Compiled) -> None:
    """Put kinds in the place of what was found in those words of a refused request that are written down: its path, model and agent."""
    view, request = exchange.view, exchange.request
    request.path = concealed(request.path, compiled)
    if view.model is not None:
        exchange.view = msgspec.structs.replace(view, model=concealed(view.model, compiled))
    agent = request.header(AGENT)
    if agent is not None:
        hidden = concealed(agent.decode("utf-8", "replace"), compiled).encode()
        request.head = Head([(name, hidden if name.lower() == AGENT else value) for name, value in request.headers])


def concealed(text: str, compiled: Compiled) -> str:
    """Return a text with the kind in the place of each thing that a rule would replace or refuse."""
    plain = unescaped(text, Escapes.URL)
    text = text if plain is None else plain.text
    pieces, at = list[str](), 0
    for act in decide(compiled, () if compiled.request is None else compiled.request.hits(text)).acts:
        pieces += (text[at : act.start], mark(act.kind))
        at = act.end
    return "".join((*pieces, text[at:]))
