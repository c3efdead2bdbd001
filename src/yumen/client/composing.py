"""How our options become the SDK's: its own retries are off, the way of our calls comes first, and a copy keeps the state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from yumen.client.middleware import before
from yumen.client.options import brings_credential
from yumen.client.renewing import Renewing
from yumen.client.retry import Retry

if TYPE_CHECKING:
    from collections.abc import Mapping

    import anthropic
    import httpx2

    from yumen.client.state import State


def with_retries(retry: Retry | None, retries: int | None, current: Retry | None = None) -> Retry | None:
    """Return the policy with the SDK's own word for it, `max_retries`, taken in: attempts after the first."""
    if retries is None:
        return retry
    return msgspec.structs.replace(retry or current or Retry(), attempts=retries + 1)


def text_of(url: httpx2.URL | str | None) -> str | None:
    """Return an address as text: the SDK takes its transport's own form too."""
    return None if url is None else str(url)


def moved_to(client: anthropic.Anthropic | anthropic.AsyncAnthropic, state: State) -> str | None:
    """Return the address that the program set on a client after it was made; None: none."""
    url = str(client.base_url).rstrip("/")
    return None if url == state.place.url.rstrip("/") else url


def composed(state: State, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the SDK's constructor is given."""
    others = [other for other in options.get("middleware") or () if not isinstance(other, Renewing)]
    ours: dict[str, Any] = {"max_retries": 0, "middleware": [*before(state, others), Renewing(state)]}
    if not (state.told.says_no_place and (options.get("profile") or options.get("config"))):
        ours["base_url"] = state.place.url  # else the profile says it
    if not brings_credential(options):
        ours |= {"api_key": state.credential.value} if state.credential.token is None else {"auth_token": state.credential.token}
    return {**options, **ours}


def copied(client: anthropic.Anthropic | anthropic.AsyncAnthropic, state: State, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the SDK's `copy` is given. It hands a credential of its own on only where the class is exactly its own."""
    extra: dict[str, Any] = {"_state": state}
    if state.told.own_credential and not brings_credential(options) and client.credentials is not None:
        extra |= {"credentials": client.credentials, "_token_cache": client._token_cache}  # noqa: SLF001  (else each copy fetches a token)
    return {**options, "_extra_kwargs": extra}
