"""Errors that help: what is the matter with a refused key, which is never shown, and by how much a prompt is too long."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yumen.client.long_prompts import with_length
from yumen.keys.form import MARK, parse_key
from yumen.keys.values import ADMIN, ENVIRONMENTS, Reason
from yumen.settings.credential import CLAUDE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anthropic import APIStatusError

    from yumen.client.place import Place
    from yumen.client.state import State

BAD_REQUEST = 400
REFUSED = 401
CLAUDES = "sk-ant-"
_CLAUDES_ADMIN = re.compile(r"sk-ant-admin\d")
_CLAUDES_TOKEN = re.compile(r"sk-ant-oat\d")
_CLAUDES_FORM = re.compile(r"sk-ant-[a-z]+\d\d-[A-Za-z0-9_-]{20,}")


def explained(error: APIStatusError, state: State) -> APIStatusError:
    """Return the server's error; one that refuses the key says why, as far as can be told; of a prompt that is too long, how far."""
    if error.status_code == BAD_REQUEST:
        return with_length(error)
    if error.status_code != REFUSED:
        return error
    key = sent_key(error.response.request.headers)
    sentence = why_refused(key, state.place).format(source=state.credential.source, url=state.place.url, environment=state.place.name)
    error.message = f"{error.message}: {sentence}"
    error.args = (error.message, *error.args[1:])
    return error


def sent_key(headers: Mapping[str, str]) -> str | None:
    """Return the key that a request carried, whichever header it was in."""
    return headers.get("x-api-key") or headers.get("authorization", "").removeprefix("Bearer ") or None


def why_refused(key: str | None, place: Place) -> str:
    """Return a sentence with the places `source`, `url` and `environment`."""
    if key is None:
        return "no key was sent"
    if key != key.strip() or re.search(r"\s", key):
        return "the key from {source} has white space in it"
    if key.startswith(MARK):
        return why_gateways(key, place)
    return why_claudes(key) if place.url == CLAUDE else why_foreign(key)


def why_gateways(key: str, place: Place) -> str:
    """Say what is the matter with a key of a gateway of ours."""
    if place.url == CLAUDE:
        return "the key from {source} is a gateway's (yk-…) and was sent to Claude itself; base_url takes the gateway's address"
    parsed = parse_key(key)
    if parsed is Reason.MALFORMED:
        return "the key from {source} is malformed: a part of it is missing, or something sticks to it; copy it whole"
    if isinstance(parsed, Reason):
        return "the key from {source} is malformed: its check sum does not fit, so a character is wrong; copy it whole"
    if parsed.environment == ADMIN:
        return "the key from {source} is an admin key (yk-admin-…), which may ask no model"
    if place.name in ENVIRONMENTS and parsed.environment != place.name:
        return f"the key from {{source}} belongs to the environment {parsed.environment}, and {{environment}} was asked"
    return "the key from {source} is well formed, and {url} refuses it: it was revoked, has expired, or belongs to another gateway"


def why_claudes(key: str) -> str:
    """Say what is the matter with a key that Claude itself refuses."""
    if not key.startswith(CLAUDES):
        return "the key from {source} is none of Claude's: those begin with sk-ant-"
    if _CLAUDES_ADMIN.match(key):
        return "the key from {source} is an admin key (sk-ant-admin…), which may ask no model"
    if _CLAUDES_TOKEN.match(key):
        return "what {source} holds is a token (sk-ant-oat…), not a key: pass it as auth_token"
    if not _CLAUDES_FORM.fullmatch(key):
        return "the key from {source} is malformed: it looks cut off, or like a placeholder; copy it whole"
    return "the key from {source} is well formed, and Claude refuses it: it was revoked, disabled, or belongs to a deleted workspace"


def why_foreign(key: str) -> str:
    """Say what is the matter with a key that is no gateway's, where a gateway, or whoever speaks as Claude does, was asked."""
    if key.startswith(CLAUDES):
        return "the key from {source} is Claude's own (sk-ant-…), and {url}, which is not Claude, takes its own (a gateway's: yk-…)"
    return "{url} refuses the key from {source}"


def is_sandboxes(headers: Mapping[str, str]) -> bool:
    """Whether an answer came from the offline sandbox, which says so."""
    return headers.get("x-sandbox") == "yumen"
