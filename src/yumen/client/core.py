"""The official SDK's client, composed with ours: place, key, pool and the way of a call. `Claude` adds what people ask of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import anthropic

from yumen.client.composing import composed, copied, moved_to, text_of, with_retries
from yumen.client.explained import explained
from yumen.client.opening import judged, open_state, origin_of, reopen, settled
from yumen.client.options import Pool, brings_credential
from yumen.client.pool import pooled
from yumen.client.told import Told

if TYPE_CHECKING:
    from typing import Unpack

    import httpx2

    from yumen.client.limits import Limit
    from yumen.client.options import CopyOptions, SdkOptions
    from yumen.client.quota import Quota
    from yumen.client.retry import Retry
    from yumen.client.state import State


class Core(anthropic.Anthropic):
    """An `anthropic.Anthropic` with a state of ours. Safe to share between threads, and usable in the child of a fork."""

    state: State
    """What its copies share."""
    _made = False

    def __init__(  # noqa: PLR0913  (what a client can be told)
        self,
        *,
        api_key: str | None = None,
        environment: str | None = None,
        base_url: str | httpx2.URL | None = None,
        model: str | None = None,
        retry: Retry | None = None,
        limit: Limit | None = None,
        sessions: str | None = None,
        settings: str | None = None,
        pool: Pool | None = None,
        _state: State | None = None,
        **options: Unpack[SdkOptions],
    ) -> None:
        """Make a client.

        `api_key` is a reference (`env:NAME`, `file:PATH`, `aws-sm:ID#FIELD`, `vault:MOUNT/PATH#FIELD`) or the key itself;
        `environment` is `production`, `sandbox`, or a table `[environments.NAME]` of the settings, whose file `settings` may name;
        `base_url` is an address that goes before it. Raises OperatorError where that leads nowhere, and NoCredential without a key.
        """
        retry = with_retries(retry, options.pop("max_retries", None))
        told = Told(api_key, environment, text_of(base_url), model, retry, limit, sessions, settings, brings_credential(options))
        self.state = _state or open_state(told)
        options["http_client"] = options.get("http_client") or pooled(pool or Pool(), origin_of(self.state))
        super().__init__(**composed(self.state, options))
        self.state = settled(self.state, str(self.base_url))
        self._made = True

    @property
    def api_key(self) -> str | None:
        """The key that is sent; None: another kind of credential is. Copies share it: one that is set is set for all of them."""
        return self.state.credential.value

    @api_key.setter
    def api_key(self, key: str | None) -> None:
        # While it is made, the SDK sets what it was given; by then another thread may have renewed the key.
        if self._made and key != self.state.credential.value:
            self.state.credential.replace(None if key is None else judged(key, "api_key"), "api_key")

    @property
    def environment(self) -> str:
        """The name of the place that is asked: `production`, `sandbox`, a table's; else the address's host and port."""
        return self.state.place.name

    @property
    def model(self) -> str:
        """Who is asked where a call names nobody."""
        return self.state.model

    @property
    def quota(self) -> Quota:
        """What the server said last of the limits and of what is left."""
        return self.state.known.quota

    @property
    def is_sandbox(self) -> bool:
        """Whether it is known that the offline sandbox answers, not Claude; of a sandbox elsewhere it is known after its first answer."""
        return self.state.known.sandbox

    def copy(  # type: ignore[override]  # noqa: PLR0913  (what a copy can be told)
        self,
        *,
        api_key: str | None = None,
        environment: str | None = None,
        base_url: str | httpx2.URL | None = None,
        model: str | None = None,
        retry: Retry | None = None,
        limit: Limit | None = None,
        sessions: str | None = None,
        **options: Unpack[CopyOptions],
    ) -> Self:
        """Return a client that differs in what is said, and shares everything else: connections, limits, what was learned."""
        retry = with_retries(retry, options.pop("max_retries", None), self.state.retry)
        where = text_of(base_url) or (None if environment else moved_to(self, self.state))
        told = Told(api_key, environment, where, model, retry, limit, sessions, None, brings_credential(options))
        return super().copy(**copied(self, reopen(self.state, told), options))

    with_options = copy  # type: ignore[assignment]

    def _make_status_error_from_response(self, response: httpx2.Response) -> anthropic.APIStatusError:
        return explained(super()._make_status_error_from_response(response), self.state)
