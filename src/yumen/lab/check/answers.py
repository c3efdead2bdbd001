"""Rules about whole exchanges: what was answered, with which headers, and how two answers agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from yumen.lab.check import shapes, streams
from yumen.lab.check.refusals import GOOD, message_of
from yumen.lab.check.values import NOT_THERE, absent, flaw, skipped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from yumen.lab.check.values import Event, Exchange, Remark

    Judge = Callable[[Exchange], Remark | None]

JSON, STREAM = "application/json", "text/event-stream"
LIMITS = ("limit", "remaining", "reset")
LIMIT_PREFIX = "anthropic-ratelimit-"
UNABLE = ("not supported for this model", "does not support", "not supported on this model")
"""How Claude says that a model, not the server, cannot do something."""


def answered(exchange: Exchange) -> Remark | None:
    """Tell whether there is a good answer at all."""
    if exchange.lost is not None:
        return flaw("no whole answer came: {reason}", reason=exchange.lost)
    if exchange.status in GOOD:
        return None
    if any(words in message_of(exchange) for words in UNABLE):
        return skipped("the model cannot do this: {reason}", reason=message_of(exchange))
    return flaw(
        "it was answered with {status}: {said}",
        status=exchange.status,
        said=message_of(exchange) or exchange.body[:120].decode("utf-8", "replace"),
    )


def good(judge: Callable[..., Remark | None]) -> Callable[..., Remark | None]:
    """Return a rule that looks at good answers, and says of others why they are none."""

    def judged(*exchanges: Exchange) -> Remark | None:
        return next(filter(None, map(answered, exchanges)), None) or judge(*exchanges)

    return judged


def offered(judge: Callable[..., Remark | None]) -> Callable[..., Remark | None]:
    """Return a rule for what may be missing: where there is no such endpoint, that is said, and is no fault."""

    def judged(*exchanges: Exchange) -> Remark | None:
        missing = next((each for each in exchanges if each.status in NOT_THERE), None)
        if missing is not None:
            return absent(
                "{method} {path} is answered with {status}", method=missing.probe.method, path=missing.probe.path, status=missing.status
            )
        return good(judge)(*exchanges)

    return judged


def streamed(judge: Callable[[Sequence[Event]], Remark | None]) -> Judge:
    """Return a rule over an exchange from one over its events."""
    return good(lambda exchange: judge(exchange.events) if exchange.events else flaw("there are no events"))


def is_message(exchange: Exchange) -> Remark | None:
    """The body is a message."""
    return shapes.message(exchange.json)


def typed(media: str) -> Judge:
    """Return a rule: the body is of that media type."""

    def judge(exchange: Exchange) -> Remark | None:
        found = (exchange.header("content-type") or "").partition(";")[0].strip().lower()
        return (
            None
            if found == media
            else flaw("the header {name} is {found}, not {wanted}", name="content-type", found=repr(found), wanted=media)
        )

    return judge


def message_id(exchange: Exchange) -> Remark | None:
    """A message's id begins as Claude's do."""
    found = exchange.object.get("id")
    return None if str(found).startswith("msg_") else flaw("{place} is {found}, which is none of Claude's", place="$.id", found=repr(found))


def has_request_id(exchange: Exchange) -> Remark | None:
    """An answer has an id that a person can ask about."""
    return None if exchange.header("request-id") else flaw("the header {name} is missing", name="request-id")


def limits(exchange: Exchange) -> Remark | None:
    """Each limit that is shown has its size, what is left, and a moment of RFC 3339."""
    shown = {
        name.lower(): value for name, value in exchange.headers if name.lower().startswith(LIMIT_PREFIX) and "unified" not in name.lower()
    }
    if not shown:
        return absent("no header shows a rate limit")
    for kind in {name.rpartition("-")[0] for name in shown}:
        for part in LIMITS:
            value = shown.get(f"{kind}-{part}")
            if value is None:
                return flaw("the header {name} is missing", name=f"{kind}-{part}")
            if not (shapes.is_moment(value) if part == "reset" else value.isdecimal()):
                return flaw(
                    "the header {name} is {found}, not {wanted}",
                    name=f"{kind}-{part}",
                    found=repr(value),
                    wanted="RFC 3339" if part == "reset" else "a number",
                )
    return None


def stopped(reason: str) -> Judge:
    """Return a rule: the answer ended for that reason."""

    def judge(exchange: Exchange) -> Remark | None:
        found = exchange.object.get("stop_reason")
        if found == "max_tokens" and reason == "end_turn":
            return skipped("the model did not come to an end within {count} tokens", count=wanted(exchange, "max_tokens"))
        return (
            None if found == reason else flaw("{place} is {found}, not {wanted}", place="$.stop_reason", found=repr(found), wanted=reason)
        )

    return judge


def cut_short(exchange: Exchange) -> Remark | None:
    """An answer is never longer than asked for."""
    asked = wanted(exchange, "max_tokens")
    used = (exchange.object.get("usage") or {}).get("output_tokens")
    if shapes.is_count(used) and used <= asked:
        return stopped("max_tokens")(exchange)
    return flaw("{found} tokens came, though {wanted} were the most", found=used, wanted=asked)


def named_stop(exchange: Exchange) -> Remark | None:
    """A stop sequence ends the answer before it, and is named."""
    sequences = wanted(exchange, "stop_sequences")
    wrong = stopped("stop_sequence")(exchange)
    if wrong:
        return wrong
    found = str(exchange.object.get("stop_sequence"))
    if found not in sequences:
        return flaw("{place} is {found}, which is none of those that were asked for", place="$.stop_sequence", found=repr(found))
    text = words_of(exchange.json)
    return flaw("the answer holds the stop sequence {found}: {text}", found=repr(found), text=text[:120]) if found in text else None


def calls_tool(exchange: Exchange) -> Remark | None:
    """A forced tool is called, by its name, with an object."""
    wrong = is_message(exchange) or stopped("tool_use")(exchange)
    if wrong:
        return wrong
    uses = [each for each in exchange.object["content"] if each["type"] == "tool_use"]
    if not uses:
        return flaw("the answer calls no tool")
    return (
        None
        if uses[0]["name"] == "get_weather"
        else flaw("{place} is {found}, not {wanted}", place="name", found=repr(uses[0]["name"]), wanted="get_weather")
    )


def tool_id(exchange: Exchange) -> Remark | None:
    """A call's id begins as Claude's do."""
    for each in exchange.object.get("content") or []:
        if each.get("type") == "tool_use" and not str(each.get("id")).startswith("toolu_"):
            return flaw("{place} is {found}, which is none of Claude's", place="id", found=repr(each.get("id")))
    return None


def streams_tool(exchange: Exchange) -> Remark | None:
    """A streamed call has its name at its beginning and its input in pieces."""
    events = exchange.events
    begun = [streams.part(event, "content_block") for event in events if event.name == "content_block_start"]
    call = next((each for each in begun if each.get("type") == "tool_use"), None)
    if call is None:
        return flaw("the answer calls no tool")
    return shapes.block({"input": {}} | call, "content_block") or streams.tool_input(events)


def version_known(exchange: Exchange) -> Remark | None:
    """The API version of today is spoken; a server that refuses it by name does not offer it."""
    if exchange.status not in GOOD and "anthropic-version" in message_of(exchange):
        return absent("the API version is refused: {reason}", reason=message_of(exchange))
    return good(is_message)(exchange)


def wanted(exchange: Exchange, name: str) -> Any:  # noqa: ANN401  (decoded JSON)
    """Return a member of what was asked."""
    return exchange.probe.body.get(name) if isinstance(exchange.probe.body, Mapping) else None


def words_of(found: Any) -> str:  # noqa: ANN401  (decoded JSON)
    """Return the text of a message."""
    return "".join(str(each.get("text", "")) for each in found["content"] if each.get("type") == "text")
