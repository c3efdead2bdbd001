"""OpenTelemetry, the optional extra `yumen[otel]`: one span an exchange, in the GenAI semantic conventions, made when it has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentelemetry import context as contexts
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import SpanProcessor

    from yumen.observe.finished import Finished, Tried
    from yumen.observe.redact import Redactor

OPERATIONS = {"messages": "chat", "chat.completions": "chat", "complete": "text_completion"}
"""Endpoints that the conventions have a name for."""
US = 1000
SECOND_US = 1_000_000


class Tracing:
    """Makes a span of every finished exchange; the caller's `traceparent` is its parent. Nothing that was said is in it."""

    def __init__(self, redactor: Redactor, processor: SpanProcessor | None = None) -> None:
        """Export by OTLP over HTTP, as the `OTEL_…` variables say, or to another processor."""
        self._redactor = redactor
        self._provider = TracerProvider(resource=Resource.create({"service.name": "yumen"}))
        self._provider.add_span_processor(processor or BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("yumen")
        self._propagator = TraceContextTextMapPropagator()

    def __call__(self, exchange: Finished) -> None:
        """Make the span."""
        operation = OPERATIONS.get(exchange.endpoint.name, exchange.endpoint.name)
        model = exchange.view.model
        clean = self._redactor.clean
        span = self._tracer.start_span(
            clean(f"{operation} {model}" if model else operation),
            context=self._parent(exchange),
            kind=SpanKind.SERVER,
            start_time=exchange.started_us * US,
            attributes={name: self._cleaned(value) for name, value in attributes(exchange, operation)},
        )
        for attempt in exchange.attempts:
            ended_us = exchange.started_us + attempt.begun_us + attempt.duration_us
            noted = {name: self._cleaned(value) for name, value in attempt_attributes(attempt)}
            span.add_event("yumen.attempt", noted, timestamp=ended_us * US)
        if exchange.fault is not None:
            span.set_status(Status(StatusCode.ERROR, clean(exchange.fault.message)))
        span.end(end_time=exchange.started_us * US + exchange.duration_ns)

    def stop(self) -> None:
        """Export what is left."""
        self._provider.shutdown()

    def _cleaned(self, value: Any) -> Any:  # noqa: ANN401  (an attribute's value: text, number, or several texts)
        if isinstance(value, str):
            return self._redactor.clean(value)
        return tuple(self._cleaned(each) for each in value) if isinstance(value, tuple) else value

    def _parent(self, exchange: Finished) -> Context:
        carrier = {
            name: value.decode("latin-1")
            for name in ("traceparent", "tracestate")
            if (value := exchange.request.header(name.encode())) is not None
        }
        return self._propagator.extract(carrier, context=contexts.Context())


def attributes(exchange: Finished, operation: str) -> Iterator[tuple[str, Any]]:
    """Yield the span's attributes: the GenAI conventions' names first, our own under `yumen.`."""
    yield "gen_ai.operation.name", operation
    yield "gen_ai.provider.name", "anthropic"
    yield "http.request.method", exchange.request.method
    yield "url.path", exchange.request.path
    yield "http.response.status_code", exchange.status
    yield "yumen.request_id", exchange.request_id
    yield "yumen.outcome", str(exchange.outcome)
    yield "yumen.overhead_us", exchange.overhead_ns // US
    yield "yumen.attempts", len(exchange.attempts)
    if exchange.limit_wait_us:
        yield "yumen.limit_wait_us", exchange.limit_wait_us
    if exchange.replay_of is not None:
        yield "yumen.replay_of", exchange.replay_of
    if exchange.fault is not None:
        yield "error.type", type(exchange.fault).__name__
    if exchange.principal is not None:
        yield "yumen.key_id", exchange.principal.key_id
        yield "yumen.environment", exchange.principal.environment
    if exchange.first_byte_ns:
        yield "gen_ai.response.time_to_first_chunk", (exchange.first_byte_ns - exchange.received_ns) / US / SECOND_US
    yield from model_attributes(exchange)


def attempt_attributes(attempt: Tried) -> Iterator[tuple[str, Any]]:
    """Yield what the event of an attempt's end says."""
    yield "yumen.upstream", attempt.upstream
    if attempt.model is not None:
        yield "gen_ai.request.model", attempt.model
    if attempt.status is not None:
        yield "http.response.status_code", attempt.status
    if attempt.fault is not None:
        yield "error.type", attempt.fault
    yield "yumen.duration_us", attempt.duration_us
    yield "yumen.step", str(attempt.step)
    yield "yumen.why", str(attempt.why)
    yield "yumen.wait_us", attempt.wait_us


def model_attributes(exchange: Finished) -> Iterator[tuple[str, Any]]:
    """Yield what was asked of a model, what answered, and what it used."""
    if exchange.view.model is not None:
        yield "gen_ai.request.model", exchange.view.model
        yield "gen_ai.request.stream", exchange.view.stream
    if exchange.view.max_tokens is not None:
        yield "gen_ai.request.max_tokens", exchange.view.max_tokens
    if exchange.model_answered is not None:
        yield "gen_ai.response.model", exchange.model_answered
    if exchange.stop_reason is not None:
        yield "gen_ai.response.finish_reasons", (exchange.stop_reason,)
    if exchange.cost is not None:
        yield "yumen.cost_nanousd", exchange.cost.nanousd
    usage = exchange.usage
    if usage is not None:
        yield "gen_ai.usage.input_tokens", usage.prompt_tokens
        yield "gen_ai.usage.output_tokens", usage.output_tokens
        yield "gen_ai.usage.cache_read.input_tokens", usage.cache_read_tokens
        yield "gen_ai.usage.cache_creation.input_tokens", usage.cache_write_tokens
        yield "yumen.estimated", exchange.estimated
