"""Why a request ended as it did, and what to do about it, in plain words."""

from __future__ import annotations

PART_SENTENCES = {
    "read": "Receiving the request",
    "gateway": "In the gateway: key, limits, policies, the way",
    "wait": "Waiting for room in a limit",
    "attempt": "Attempt {number} at {upstream}, until its answer began",
    "pause": "Pause before the next attempt",
    "after": "Looking at the beginning of the answer",
    "stream": "The answer, from its first byte to its last",
}
ADVICE_SENTENCES = {
    "InvalidRequest": "What was asked is not valid: the message says which field. Sending it again brings the same answer.",
    "Unauthenticated": "The key is not valid any more, or not from there: look at its expiry, its state and its list of addresses.",
    "Forbidden": "The key may not do this: look at the restrictions of the key, such as models, paths and tokens.",
    "NotFound": "There is no such thing, or it belongs to another workspace.",
    "TooLarge": "Send less at once, or use the Files API for what is large.",
    "PolicyBlocked": "A content policy forbids it: the policy's page shows the rule, and can be tried with the text.",
    "RateLimited": "More was asked in a minute than the limit allows: spread the calls, let the client wait as told, or ask for more.",
    "LimitNeverFits": "This one request is larger than the whole limit: make it smaller, such as by a lower max_tokens, or ask for more.",
    "QuotaExhausted": "The period's requests are used up until it ends, unless somebody raises the limit.",
    "SpendLimitReached": "The period's money is used up until it ends, unless somebody raises the limit.",
    "SessionBusy": "The conversation was still answering another question: ask one after the other.",
    "RequestTimeout": "The request did not arrive in time: look at the caller's connection.",
    "CallerLeft": "The caller hung up: mostly its own time-out is shorter than the answer took. Raise it, or stream the answer.",
    "LedgerUnavailable": "The gateway could not write down what it does, and does nothing unwritten: look at its disk.",
    "LimitsUnavailable": "The place where limits are counted did not answer: look at Redis, and at the system page.",
    "KeysUnreadable": "The database did not answer: look at the system page.",
    "PolicyUnavailable": "The policy could not be read, and nothing passes unchecked: look at the policies and the system page.",
    "Overloaded": "The gateway had too much at once: try again in a moment.",
    "ShuttingDown": "The gateway was being stopped: the client's own repetition is enough.",
    "UpstreamUnreachable": "No upstream could be reached: look at the upstreams, and at the network between.",
    "UpstreamLost": "The upstream got it and never answered; it is not sent twice, since it may have been charged. Send it again.",
    "UpstreamRubbish": "What the upstream answered could not be read: look whether its address is the right one.",
    "UpstreamTimeout": "The upstream did not answer in time: stream long answers, or let the upstream have more time.",
    "UpstreamBusy": "The upstream has too much to do, or limits us: try again, or add another upstream.",
    "UpstreamsResting": "All upstreams failed too often lately and rest for a moment: look at the upstreams.",
    "CredentialUnavailable": "The upstream's credential could not be read: look at the secrets.",
    "Truncated": "The answer broke off on its way: send it again; what was seen of it is charged.",
    "Internal": "Something in the gateway went wrong that should not: its log has the reason under this request's id.",
}
"""By the fault's name."""
STATUS_ADVICE_SENTENCES = {
    400: "Claude did not accept what was asked: the answer's message says why. Sending it again brings the same answer.",
    401: "The upstream did not accept the gateway's credential: look at the upstreams and secrets.",
    403: "The upstream's account may not do this.",
    404: "The upstream knows no such model or thing: look at the model's name.",
    413: "The upstream takes no request so large.",
    429: "The upstream's own limit was reached: try again later, add an upstream, or have its limit raised.",
    500: "The upstream had an error of its own: try again.",
    529: "The upstream is overloaded: try again, or add another upstream.",
}
"""By the upstream's status, where no fault of ours ended it."""


def advice_of(fault: str | None, status: int, outcome: str) -> str | None:
    """Return what to do; None: there is nothing to be done."""
    if fault is not None:
        return ADVICE_SENTENCES.get(fault)
    return STATUS_ADVICE_SENTENCES.get(status) if outcome == "error" else None
