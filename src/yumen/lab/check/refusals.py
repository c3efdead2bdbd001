"""Rules about errors: the envelope, the status beside its type, the words that clients match on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.lab.check.values import absent, flaw

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from yumen.lab.check.values import Exchange, Remark

    Judge = Callable[[Exchange], Remark | None]

TYPES: Mapping[int, str] = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    408: "timeout_error",
    409: "conflict_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    504: "timeout_error",
    529: "overloaded_error",
}
"""Which type of error a status has."""
GOOD = range(200, 300)


def envelope(exchange: Exchange) -> Remark | None:
    """An error is an object of Claude's form, with the type that belongs to its status."""
    if exchange.status in GOOD:
        return flaw("it was answered with {status}, not refused", status=exchange.status)
    if exchange.object.get("type") != "error":
        return flaw("the body is no error of Claude's: {body}", body=shown(exchange))
    error = exchange.object.get("error")
    if not isinstance(error, dict) or not isinstance(error.get("type"), str) or not isinstance(error.get("message"), str):
        return flaw("the error has no type or no message: {body}", body=shown(exchange))
    due = TYPES.get(exchange.status)
    if due is not None and error["type"] != due:
        return flaw("the status {status} has the type {found}, not {wanted}", status=exchange.status, found=error["type"], wanted=due)
    return None


def refused(status: int) -> Judge:
    """Return a rule: refused with that status, in Claude's form."""

    def judge(exchange: Exchange) -> Remark | None:
        if exchange.status != status:
            return flaw("the status is {found}, not {wanted}", found=exchange.status, wanted=status)
        return envelope(exchange)

    return judge


def saying(words: str) -> Judge:
    """Return a rule: the error's message holds those words, which clients look for."""

    def judge(exchange: Exchange) -> Remark | None:
        if exchange.status in GOOD:
            return flaw("it was answered with {status}, not refused", status=exchange.status)
        return (
            None
            if words in message_of(exchange)
            else flaw("the message is {found}, without {wanted}", found=message_of(exchange), wanted=words)
        )

    return judge


def wrong_key(exchange: Exchange) -> Remark | None:
    """A key that is none is a 401; a server that asks for no key is not judged."""
    if exchange.status in GOOD:
        return absent("any key will do")
    return refused(401)(exchange)


def request_id(exchange: Exchange) -> Remark | None:
    """The body of an error repeats the header `request-id`."""
    header = exchange.header("request-id")
    if header is None:
        return flaw("the header {name} is missing", name="request-id")
    found = exchange.object.get("request_id")
    return None if found == header else flaw("the body says request_id {found}, the header {header}", found=repr(found), header=header)


def never_retried(exchange: Exchange) -> Remark | None:
    """A refusal that a retry cannot mend does not ask for one."""
    if exchange.header("x-should-retry") == "true":
        return flaw("x-should-retry asks for a retry of what cannot be right")
    return None


def message_of(exchange: Exchange) -> str:
    """Return what an error says, in whichever form."""
    error = exchange.object.get("error")
    return str(error.get("message", "")) if isinstance(error, dict) else str(error or "")


def shown(exchange: Exchange) -> str:
    """Return a body, cut for a sentence."""
    return exchange.body[:120].decode("utf-8", "replace")
