"""The checks: a name, what is promised, how much hangs on it, where it is written, which requests show it, and the rule."""

from __future__ import annotations

from yumen.lab.check import answers, endpoints, legacy, refusals, streams
from yumen.lab.check.answers import good, offered, streamed
from yumen.lab.check.values import Check, Severity

MUST, SHOULD, OPTIONAL = Severity
API = "https://platform.claude.com/docs/en/api"
MESSAGES, STREAMING, ERRORS = f"{API}/messages", "https://platform.claude.com/docs/en/build-with-claude/streaming", f"{API}/errors"
VERSIONS, LIMITS = f"{API}/versioning", f"{API}/rate-limits"
MODELS, COUNTING, COMPLETE = f"{API}/models-list", f"{API}/messages-count-tokens", f"{API}/complete"
SDK, SDK_STREAMING = "anthropic 2.12: types", "anthropic 2.12: _streaming.py"
SDK_2023 = "anthropic 0.2.10, @anthropic-ai/sdk 0.4.3"

CHECKS = (
    # ── a message
    Check("message.shape", "a message has its members, each of its type", MUST, f"{SDK}/message.py", ("plain",), good(answers.is_message)),
    Check("message.blocks", "system, turns and blocks are taken as lists", MUST, MESSAGES, ("today",), answers.version_known),
    Check("message.type", "an answer is application/json", MUST, MESSAGES, ("plain",), good(answers.typed(answers.JSON))),
    Check("message.id", "a message's id begins with msg_", SHOULD, MESSAGES, ("plain",), good(answers.message_id)),
    Check("message.request_id", "an answer has the header request-id", SHOULD, ERRORS, ("plain",), good(answers.has_request_id)),
    Check("message.beta_query", "?beta=true changes nothing", MUST, "anthropic 1.17: resources/beta", ("beta",), good(answers.is_message)),
    Check("message.limits", "rate limits are shown whole", OPTIONAL, LIMITS, ("plain",), good(answers.limits)),
    # ── why it stops
    Check("stop.end_turn", "an answer that is whole ends with end_turn", MUST, MESSAGES, ("plain",), good(answers.stopped("end_turn"))),
    Check("stop.max_tokens", "max_tokens is never passed, and said", MUST, MESSAGES, ("short",), good(answers.cut_short)),
    Check("stop.stop_sequence", "a stop sequence ends the answer and is named", MUST, MESSAGES, ("stop",), good(answers.named_stop)),
    Check("stop.tool_use", "a forced tool is called", MUST, MESSAGES, ("tool",), good(answers.calls_tool)),
    Check("tool.id", "a call's id begins with toolu_", SHOULD, MESSAGES, ("tool",), good(answers.tool_id)),
    # ── who may ask
    Check("version.2023-06-01", "API version 2023-06-01 is spoken, with x-api-key", MUST, VERSIONS, ("plain",), good(answers.is_message)),
    Check("version.2026-10-21", "API version 2026-10-21 is spoken, with Authorization", MUST, VERSIONS, ("today",), answers.version_known),
    Check("version.missing", "a request without a version is refused", SHOULD, VERSIONS, ("no version",), refusals.refused(400)),
    Check("version.unknown", "an unknown version is refused", SHOULD, VERSIONS, ("bad version",), refusals.refused(400)),
    Check("version.sampling", "2026-10-21 refuses temperature", SHOULD, VERSIONS, ("warm",), refusals.refused(400)),
    Check("key.wrong", "a wrong key is a 401", OPTIONAL, ERRORS, ("bad key",), refusals.wrong_key),
    Check("beta.unknown", "an unknown beta is refused", SHOULD, f"{API}/beta-headers", ("bad beta",), refusals.refused(400)),
    # ── a stream
    Check("stream.type", "a stream is text/event-stream", MUST, STREAMING, ("stream",), good(answers.typed(answers.STREAM))),
    Check("stream.names", "each event has a name, which its data repeats", MUST, SDK_STREAMING, ("stream",), streamed(streams.naming)),
    Check("stream.order", "events come in their order, to message_stop", MUST, STREAMING, ("stream",), streamed(streams.order)),
    Check("stream.blocks", "blocks are numbered, opened and closed once", MUST, STREAMING, ("stream",), streamed(streams.blocks)),
    Check("stream.deltas", "pieces are of their block's kind", MUST, STREAMING, ("stream",), streamed(streams.deltas)),
    Check(
        "stream.start",
        "message_start is an empty message with its input counted",
        MUST,
        STREAMING,
        ("stream",),
        streamed(streams.beginning),
    ),
    Check("stream.stop_reason", "message_delta says why it ended", MUST, STREAMING, ("stream",), streamed(streams.ending)),
    Check("stream.usage", "message_delta counts the output so far", MUST, STREAMING, ("stream",), streamed(streams.counting)),
    Check("stream.pings", "a ping holds nothing else", MUST, STREAMING, ("stream",), streamed(streams.pings)),
    Check("stream.tool", "a tool's input comes as pieces of JSON", MUST, STREAMING, ("stream tool",), good(answers.streams_tool)),
    Check("stream.tool_blocks", "a streamed call is a block like others", MUST, STREAMING, ("stream tool",), streamed(streams.blocks)),
    Check("stream.request_id", "a stream has the header request-id", SHOULD, ERRORS, ("stream",), good(answers.has_request_id)),
    Check("stream.refused", "a bad request for a stream is refused with a status", MUST, ERRORS, ("bad stream",), refusals.refused(400)),
    # ── errors
    Check("error.json", "a body that is no JSON is a 400", MUST, ERRORS, ("no JSON",), refusals.refused(400)),
    Check("error.missing", "a missing field is a 400", MUST, ERRORS, ("no max_tokens",), refusals.refused(400)),
    Check("error.empty", "no messages at all are a 400", MUST, ERRORS, ("no messages",), refusals.refused(400)),
    Check("error.role", "an unknown role is a 400", MUST, ERRORS, ("bad role",), refusals.refused(400)),
    Check(
        "error.words",
        "a missing field is named",
        SHOULD,
        "wording: max_tokens: Field required",
        ("no max_tokens",),
        refusals.saying("max_tokens"),
    ),
    Check("error.request_id", "an error's body repeats its request-id", SHOULD, ERRORS, ("no max_tokens",), refusals.request_id),
    Check("error.type", "an error is application/json", MUST, ERRORS, ("no max_tokens",), answers.typed(answers.JSON)),
    Check(
        "error.retry",
        "what cannot be right asks for no retry",
        MUST,
        "anthropic 2.12: _base_client.py",
        ("no max_tokens",),
        refusals.never_retried,
    ),
    Check("error.unknown_field", "an unknown field is refused", SHOULD, MESSAGES, ("stranger",), refusals.refused(400)),
    Check("error.unknown_model", "an unknown model is a 404", SHOULD, ERRORS, ("bad model",), refusals.refused(404)),
    Check("error.nowhere", "an unknown path is an error of Claude's form", SHOULD, ERRORS, ("nowhere",), refusals.envelope),
    # ── what else there is
    Check("count.shape", "tokens can be counted beforehand", OPTIONAL, COUNTING, ("count",), offered(endpoints.token_count)),
    Check("count.usage", "what is counted is what is charged", SHOULD, COUNTING, ("count", "plain"), offered(endpoints.counts_alike)),
    Check("models.list", "models can be listed", OPTIONAL, MODELS, ("models",), offered(endpoints.models)),
    Check("models.limit", "limit=1 is heeded", OPTIONAL, MODELS, ("one model",), offered(endpoints.at_most_one)),
    Check("models.one", "the model can be looked up", OPTIONAL, MODELS, ("model",), offered(lambda each: endpoints.is_model(each.json))),
    Check("batches.list", "batches can be listed", OPTIONAL, f"{API}/creating-message-batches", ("batches",), offered(endpoints.is_list)),
    Check("files.list", "files can be listed", OPTIONAL, f"{API}/files-list", ("files",), offered(endpoints.is_list)),
    # ── the dialects of 2023
    Check("complete.shape", "Text Completions of 2023-06-01", OPTIONAL, COMPLETE, ("complete",), offered(legacy.completion)),
    Check("complete.stream", "their stream, piece by piece", OPTIONAL, COMPLETE, ("complete stream",), offered(legacy.completion_stream)),
    Check(
        "complete.first",
        "Text Completions without a version, as of 2023-01-01",
        OPTIONAL,
        SDK_2023,
        ("complete 2023",),
        legacy.spoken(legacy.first_completion),
    ),
    Check(
        "complete.first_stream",
        "their stream, which repeats the text",
        OPTIONAL,
        SDK_2023,
        ("complete 2023 stream",),
        legacy.spoken(legacy.first_stream),
    ),
)
