"""What a client can be told beside its own options: the pool of its connections, and what the SDK takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import httpx2
    from anthropic import NotGiven, Timeout


class Pool(msgspec.Struct, frozen=True):
    """How many connections a client holds, and for how long an idle one is kept."""

    connections: int = 1000
    """At most so many at once; who needs another waits for one."""
    idle: int = 100
    """At most so many are kept open unused."""
    idle_s: float = 45.0
    """An unused one is closed after so long: before Claude's side, or a gateway, closes it."""


class CopyOptions(TypedDict, total=False):
    """Options of `anthropic.Anthropic` and of its `copy` that go to it as they are."""

    auth_token: str | None
    credentials: Any
    config: Mapping[str, Any] | None
    profile: str | None
    webhook_key: str | None
    timeout: float | Timeout | NotGiven | None
    default_headers: Mapping[str, str] | None
    default_query: Mapping[str, object] | None
    open_telemetry: Any
    middleware: Sequence[Any] | None
    max_retries: int
    """As the SDK has it, attempts after the first; `retry=Retry(…)` says more."""


class SdkOptions(CopyOptions, total=False):
    """The same of a client that is made for threads."""

    http_client: httpx2.Client | None


class AsyncSdkOptions(CopyOptions, total=False):
    """The same of a client that is made for tasks."""

    http_client: httpx2.AsyncClient | None


OWN_CREDENTIALS = ("auth_token", "credentials", "config", "profile")
"""The SDK's other kinds of credential."""


def brings_credential(options: Mapping[str, Any]) -> bool:
    """Whether the options hold a credential of the SDK's."""
    return any(options.get(name) is not None for name in OWN_CREDENTIALS)
