"""From what a program says to what a client needs: the settings, the place, the key. Only the key's store is asked for anything."""

from __future__ import annotations

import os
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from yumen.client.credential import Credential
from yumen.client.faults import KeyTrimmed, NoCredential
from yumen.client.finding import Wanted, find_key, find_place
from yumen.client.local_sandbox import KEY, sandbox_url
from yumen.client.quota import Quota
from yumen.client.retry import Retry
from yumen.client.state import Known, State
from yumen.client.told import after
from yumen.errors import OperatorError
from yumen.meter import Price, Prices
from yumen.secrets.reference import parse_reference
from yumen.secrets.rules import Remark, judge_key
from yumen.secrets.values import SecretMissing, StoreUnavailable
from yumen.settings import resolve
from yumen.settings.sandboxed import sandbox_options
from yumen.settings.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from yumen.client.finding import KeyPlan
    from yumen.client.place import Place
    from yumen.client.told import Told
    from yumen.settings import Settings

MODEL = "claude-sonnet-5-5"
"""Who is asked where the program names nobody."""
FILE = "file "
"""How the source of a file is called: the line's end that an editor puts there is nothing to speak of, elsewhere it is."""


def open_state(told: Told, environ: Mapping[str, str] = os.environ) -> State:
    """Resolve what a client needs. Raises OperatorError where it leads nowhere, and NoCredential without a key."""
    settings = resolve({}, environ, told.settings).settings
    place = find_place(Wanted(told.environment, told.base_url), settings, environ)
    if place.local:
        place = msgspec.structs.replace(place, url=sandbox_url(sandbox_options(settings)))
    credential = Credential(None, "the SDK's own") if told.own_credential else open_credential(told.api_key, place, settings, environ)
    known = Known(Quota(), sandbox=place.local)
    prices = prices_of(settings)
    return State(place, credential, told.model or MODEL, told.retry or Retry(), told.limit, told.sessions, known, told, settings, prices)


def prices_of(settings: Settings) -> Prices:
    """Return what calls cost: by the operator's own prices, else by the published ones. Raises OperatorError for a price that is none."""
    return Prices({model: msgspec.convert(msgspec.to_builtins(price), Price) for model, price in settings.prices.items()})


def reopen(state: State, then: Told) -> State:
    """Return the state of a copy that is told something else; what is not concerned is shared. Raises OperatorError as an opening does."""
    told = after(state.told, then)
    if then.moves:
        return open_state(told)
    sessions = told.sessions if then.sessions is not None else state.sessions
    return replace(state, model=told.model or MODEL, retry=told.retry or state.retry, limit=told.limit, sessions=sessions, told=told)


def origin_of(state: State) -> Callable[[], str] | None:
    """Return what says where this process's own sandbox listens; None: another server is asked, which stays where it is."""
    options = sandbox_options(state.settings)
    return (lambda: sandbox_url(options)) if state.place.local else None


def settled(state: State, url: str) -> State:
    """Return the state with the address that the SDK took: a profile of its may have brought another."""
    url = url.rstrip("/")
    return state if url == state.place.url.rstrip("/") else replace(state, place=msgspec.structs.replace(state.place, url=url))


def open_credential(api_key: str | None, place: Place, settings: Settings, environ: Mapping[str, str]) -> Credential:
    """Return the key for a place. Raises OperatorError where there is none, or it cannot be sent."""
    if place.local and api_key is None:
        return Credential(KEY, "the sandbox")
    plan = find_key(api_key, place, environ)
    if plan.token is not None:
        return Credential(None, plan.source, token=judged(plan.token, plan.source))
    if plan.plain is not None:
        return Credential(judged(plan.plain, plan.source), plan.source)
    return referenced(plan, settings, environ)


def referenced(plan: KeyPlan, settings: Settings, environ: Mapping[str, str]) -> Credential:
    """Return a key that is kept elsewhere, fetched now and again when it is refused."""
    reference = parse_reference(plan.reference or "", plan.setting)
    sources = Sources(settings.secrets, environ)

    def fetch() -> str:
        try:
            return judged(sources.of(reference).fetch(reference), reference.source)
        except (SecretMissing, StoreUnavailable) as error:
            raise NoCredential("{setting} cannot be had: {reason}", setting=plan.setting, reason=error) from None

    return Credential(fetch(), reference.source, fetch)


def judged(text: str, source: str) -> str:
    """Return a key (or a token) without what sticks to it, and warn of that. Raises OperatorError where it cannot be sent."""
    key = judge_key(text)
    if key.flaw is not None:
        raise OperatorError(key.flaw.value, source=source)
    if Remark.TRIMMED in key.remarks or (not source.startswith(FILE) and key.value != text):
        warnings.warn(Remark.TRIMMED.value.format(source=source), KeyTrimmed, stacklevel=2)
    return key.value
