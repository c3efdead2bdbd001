"""How a refusal is said: in Claude's words, with what a client needs to wait exactly as long as it should. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from yumen.claude.model_class import UNKNOWN, model_class
from yumen.errors import Fault, LimitNeverFits, QuotaExhausted, RateLimited, SpendLimitReached
from yumen.http import Headers
from yumen.limits.rules import TOKENS
from yumen.limits.values import SPEND, Form, Kind, Reserve, ScopeKind
from yumen.limits.wording import day, dollars, milliseconds, moment, seconds

if TYPE_CHECKING:
    from yumen.limits.rules import Claim
    from yumen.limits.values import Refused, Standing

WHOSE = {
    ScopeKind.ORGANIZATION: "your organization's",
    ScopeKind.WORKSPACE: "your workspace's",
    ScopeKind.KEY: "your API key's",
    ScopeKind.MEMBER: "your user's",
    ScopeKind.LABEL: "your label's",
}
WHO = {
    ScopeKind.ORGANIZATION: "your organization has",
    ScopeKind.WORKSPACE: "your workspace has",
    ScopeKind.KEY: "your API key has",
    ScopeKind.MEMBER: "your user has",
    ScopeKind.LABEL: "your label has",
}
UNITS = {
    Kind.REQUESTS_PER_SECOND: "requests per second",
    Kind.REQUESTS_PER_MINUTE: "requests per minute",
    Kind.COUNT_TOKENS_PER_MINUTE: "requests per minute",
    Kind.BATCHES_PER_MINUTE: "requests per minute",
    Kind.FILES_PER_MINUTE: "requests per minute",
    Kind.INPUT_TOKENS_PER_MINUTE: "input tokens per minute",
    Kind.OUTPUT_TOKENS_PER_MINUTE: "output tokens per minute",
}
RATE = (
    "This request would exceed {whose} rate limit of {limit:,} {unit} (org: {organization}{model}). For details, refer to: "
    "https://docs.claude.com/en/api/rate-limits. You can see the response headers for current usage. {advice}"
)
LATER = (
    "Please reduce the prompt length or the maximum tokens requested, or try again later. "
    "You may also ask the operator of this gateway for a rate limit increase."
)
NEVER = "It asks for {amount:,}, more than the limit ever holds, so that waiting does not help: please reduce the prompt length."
NOTHING = "The limit is 0, so that waiting does not help."
CONCURRENCY = (
    "Number of concurrent connections has exceeded your rate limit. Please try again later or ask the operator of this gateway "
    "for a rate limit increase. ({whose} limit is {limit:,} at a time, org: {organization})"
)
MONTH = (
    "You have reached your API usage limits: {who} crossed its monthly limit of {limit:,} requests (org: {organization}). "
    "You will regain access on {reset}."
)
SPENT = (
    "spend limit reached · resets {day} · request an increase from the operator of this gateway ({whose} limit of ${limit} a {span}, "
    "org: {organization}, has ${left} left; it resets on {reset})"
)
EXPECTED = " This request will probably cost ${amount}."
BOUND = (
    " This request can cost up to ${amount}, which the limit reserves before it is sent (reserve = bound). A smaller max_tokens costs "
    "less; with reserve = expected, what a request will probably cost is reserved instead."
)
CONCURRENCY_RETRY_S = 1


class Refusal(msgspec.Struct, frozen=True):
    """What the caller is told."""

    fault: Fault
    headers: Headers


class Asker(msgspec.Struct, frozen=True):
    """Whom it is told, in the words that the sentence needs."""

    organization_id: str
    model: str | None = None


def refusal_of(claims: tuple[Claim, ...], verdict: Refused, asker: Asker) -> Refusal:
    """Return what is said: of several limits without room the one that waiting cures least."""
    claim, standing = refusing_of(claims, verdict)
    kind = claim.line.limit.kind
    if kind in SPEND:
        return spent(claim, standing, verdict.now_us, asker)
    if kind is Kind.REQUESTS_PER_MONTH:
        return month_over(claim, standing, asker)
    if kind is Kind.CONCURRENT_REQUESTS:
        sentence = CONCURRENCY.format(whose=WHOSE[claim.line.scope.kind], limit=claim.demand.limit, organization=asker.organization_id)
        return Refusal(RateLimited(sentence, retry_after_s=CONCURRENCY_RETRY_S), [])
    if never_fits(claim):
        return Refusal(LimitNeverFits(rate_sentence(claim, asker, NEVER if claim.demand.limit else NOTHING)), [])
    return too_fast(rate_sentence(claim, asker, LATER), verdict.retry_us)


def refusing_of(claims: tuple[Claim, ...], verdict: Refused) -> tuple[Claim, Standing]:
    """Return the one without room that waiting cures least, and how it stands."""
    refusing = [(claims[index], verdict.standings[index]) for index in verdict.refusing]
    return max(refusing, key=lambda each: severity(each[0]))


def severity(claim: Claim) -> int:
    """Return how little waiting helps."""
    kind = claim.line.limit.kind
    if kind in SPEND:
        return 4
    if kind is Kind.REQUESTS_PER_MONTH:
        return 3
    if kind is Kind.CONCURRENT_REQUESTS:
        return 1
    return 2 if never_fits(claim) else 0


def never_fits(claim: Claim) -> bool:
    """Whether a rate's limit is smaller than what is asked of it."""
    return claim.demand.form in (Form.WINDOW, Form.BUCKET) and max(claim.demand.amount, 1) > claim.demand.limit


def too_fast(sentence: str, retry_us: int | None) -> Refusal:
    """Refuse for now: with the exact time in milliseconds, and the next whole second for those who read no finer one."""
    wait_us = max(retry_us or 1, 1)
    return Refusal(RateLimited(sentence, retry_after_s=seconds(wait_us)), [(b"retry-after-ms", b"%d" % milliseconds(wait_us))])


def rate_sentence(claim: Claim, asker: Asker, advice: str) -> str:
    """Return Claude's sentence for a rate limit."""
    line = claim.line
    model = f", model: {asker.model[:64]}" if line.limit.kind in TOKENS and asker.model else ""
    if model and model_class(asker.model) == UNKNOWN:
        model += ", counted with every model that is not known here"
    return RATE.format(
        whose=WHOSE[line.scope.kind],
        limit=claim.demand.limit,
        unit=UNITS[line.limit.kind],
        organization=asker.organization_id,
        model=model,
        advice=advice.format(amount=claim.demand.amount),
    )


def month_over(claim: Claim, standing: Standing, asker: Asker) -> Refusal:
    """Refuse until the month ends."""
    sentence = MONTH.format(
        who=WHO[claim.line.scope.kind], limit=claim.demand.limit, organization=asker.organization_id, reset=moment(standing.reset_us)
    )
    if claim.demand.amount > 1:
        sentence += f" It asks for {claim.demand.amount:,} requests, and {standing.remaining:,} are left."
    return Refusal(QuotaExhausted(sentence), [])


def spent(claim: Claim, standing: Standing, now_us: int, asker: Asker) -> Refusal:
    """Refuse for money, in the shape that Claude Code shows to its user."""
    line, demand = claim.line, claim.demand
    daily = line.limit.kind is Kind.SPEND_PER_DAY
    sentence = SPENT.format(
        day=day(standing.reset_us),
        whose=WHOSE[line.scope.kind],
        limit=dollars(demand.limit),
        span="day" if daily else "month",
        organization=asker.organization_id,
        left=dollars(standing.remaining),
        reset=moment(standing.reset_us),
    )
    sentence += (BOUND if line.limit.reserve is Reserve.BOUND else EXPECTED).format(amount=dollars(demand.amount))
    reset = b"%d" % seconds(standing.reset_us)
    used = b"%.2f" % (1 - standing.remaining / demand.limit) if standing.remaining else b"1"
    headers = [
        (b"anthropic-ratelimit-unified-status", b"rejected"),
        (b"anthropic-ratelimit-unified-reset", reset),
        (b"anthropic-ratelimit-unified-overage-reset", reset),
        (b"anthropic-ratelimit-unified-overage-utilization", used),
        (b"anthropic-ratelimit-unified-overage-surpassed-threshold", b"1"),
        (b"anthropic-ratelimit-unified-overage-period", b"daily" if daily else b"monthly"),
        (b"anthropic-ratelimit-unified-overage-disabled-reason", b"org_spend_cap_reached"),
    ]
    return Refusal(SpendLimitReached(sentence, retry_after_s=max(seconds(standing.reset_us - now_us), 1)), headers)
