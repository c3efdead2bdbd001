"""What policies need to know of a request beside its text, and what they need to act on it. Pure."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from yumen.claude import OTHER
from yumen.policy.asked import AskedFor
from yumen.policy.head import betas_in_head, said_in_head
from yumen.policy.request import FIXED, look_at_text
from yumen.policy.values import Action, On, Place

if TYPE_CHECKING:
    from yumen.exchange import Exchange
    from yumen.policy.compiled import Compiled
    from yumen.policy.request import Terms


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
        _, looked = look_at_text(text, terms, Place.OTHER)
        if looked.blocked is not None or looked.redacted:
            return looked.blocked or f"A content policy does not allow this: {FIXED}."
    return None
