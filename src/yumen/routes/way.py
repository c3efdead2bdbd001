"""The way to one upstream as it is now: its target, its circuit, what is left of its quota, and what came of requests."""

from __future__ import annotations

from collections import defaultdict
from enum import StrEnum
from typing import TYPE_CHECKING

from yumen.claude.model_class import model_class
from yumen.errors import CredentialUnavailable, Source
from yumen.exchange.values import Target
from yumen.routes.circuit import Breaker
from yumen.routes.quota import Quota
from yumen.routes.rules import Standing

if TYPE_CHECKING:
    from yumen.exchange import Exchange
    from yumen.exchange.values import Attempt, Secret
    from yumen.http import Headers
    from yumen.routes.values import CircuitOptions, Upstream

FIRST_ERROR, FIRST_SERVER_ERROR, LIMITED = 400, 500, 429
FORBIDDEN = 403
"""It may be what one request alone may not: a model that is not enabled, a feature. If it opened a circuit, any caller could."""
REFUSED_CREDENTIAL = frozenset({401, FORBIDDEN})
NOT_ITS_OWN = frozenset({"CallerLeft", "ShuttingDown", "Internal", "UpstreamBusy"})
"""Faults that say nothing of an upstream: the caller's and ours."""
NO_MODEL = "none"


class Result(StrEnum):
    """What came of a request at an upstream, as metrics count it."""

    ANSWERED = "answered"
    """An answer."""
    REFUSED = "refused"
    """An error that is the request's own (4xx)."""
    LIMITED = "limited"
    """429: that is the quota's matter."""
    UNAUTHORIZED = "unauthorized"
    """401 or 403: our credential was not accepted."""
    ERROR = "error"
    """5xx and 529."""
    FAILED = "failed"
    """No answer: unreachable, lost, too slow, or no HTTP."""
    BROKEN = "broken"
    """An answer that began, and was counted as such, and then did not reach its end."""
    LEFT = "left"
    """It was given up before there was an answer, by its caller or by us."""


BAD = frozenset({Result.UNAUTHORIZED, Result.ERROR, Result.FAILED})
GOOD = frozenset({Result.ANSWERED, Result.REFUSED})
"""What a circuit counts; the others say nothing of an upstream's health."""


class Way:
    """The way to one upstream."""

    def __init__(self, upstream: Upstream, options: CircuitOptions) -> None:
        """Know nothing of it yet."""
        self.upstream = upstream
        self.circuit = Breaker(options)
        self.results: defaultdict[Result, int] = defaultdict(int)
        self.quotas: dict[str, Quota] = {}
        """By classes of models: limits are counted by them."""
        self._target = target_of(upstream)

    def target(self) -> Target:
        """Return where requests go now; the same object as long as nothing changes. Raises CredentialUnavailable."""
        keeper = self.upstream.keeper
        if keeper is not None:
            secret = keeper.current()
            if secret is None:
                raise CredentialUnavailable
            if secret is not self._target.credential:
                self._target = target_of(self.upstream, secret)
        return self._target

    @property
    def has_credential(self) -> bool:
        """Whether what opens it is here."""
        return self.upstream.keeper is None or self.upstream.keeper.current() is not None

    def standing(self, model: str | None, now_us: int) -> Standing:
        """Return how it stands for a model."""
        quota = self.quotas.get(class_of(model))
        return Standing(self.upstream.name, self.upstream.share, None if quota is None else quota.left(now_us))

    def is_exhausted(self, model: str | None, now_us: int) -> bool:
        """Tell whether its quota is known to be used up for a model."""
        quota = self.quotas.get(class_of(model))
        return quota is not None and quota.exhausted_until_us(now_us) > 0

    def note(self, exchange: Exchange, attempt: Attempt, headers: Headers) -> Result:
        """Take what an attempt came to."""
        result = result_of(attempt)
        self.results[result] += 1
        if attempt.status is not None and attempt.status < FIRST_SERVER_ERROR:
            candidate = exchange.candidate
            of = class_of(None if candidate is None else candidate.model)
            quota = self.quotas.get(of)
            if quota is None:
                quota = self.quotas[of] = Quota()
            quota.note(attempt.status, headers, exchange.clock.now_us())
        if result in GOOD:
            self.circuit.good()
        elif result in BAD and attempt.status != FORBIDDEN:
            self.circuit.bad(exchange.clock.elapsed_ns())
        return result

    def ended(self, exchange: Exchange) -> None:
        """Take what became of an answer that had begun: it is whole, or it broke at the upstream. Whatever else ended it says nothing."""
        fault = exchange.fault
        if fault is None:
            self.circuit.whole()
        elif fault.source is Source.UPSTREAM:
            self.results[Result.BROKEN] += 1
            self.circuit.broke(exchange.clock.elapsed_ns())


def class_of(model: str | None) -> str:
    """Return the class in which a model's quota is counted."""
    return NO_MODEL if model is None else model_class(model)


def result_of(attempt: Attempt) -> Result:
    """Return what came of an attempt."""
    status = attempt.status
    if status is None:
        return Result.LEFT if attempt.fault in NOT_ITS_OWN else Result.FAILED
    if status < FIRST_ERROR:
        return Result.ANSWERED
    if status == LIMITED:
        return Result.LIMITED
    if status >= FIRST_SERVER_ERROR:
        return Result.ERROR
    return Result.UNAUTHORIZED if status in REFUSED_CREDENTIAL else Result.REFUSED


def target_of(upstream: Upstream, credential: Secret | None = None) -> Target:
    """Return where requests to an upstream go, with a credential other than its first where one is given."""
    origin = upstream.origin
    secret = upstream.credential if credential is None else credential
    return Target(upstream.name, origin.authority, origin.prefix, secret, upstream.credential_header)
