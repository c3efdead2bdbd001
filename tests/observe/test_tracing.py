"""Traces tell what the ledger tells, in the conventions' words, below the caller's own span, and no secret."""

from types import SimpleNamespace

import pytest

from tests.observe.making import START_US, make_exchange
from yumen.claude import RequestView, Usage
from yumen.errors import OperatorError, UpstreamTimeout
from yumen.exchange import Attempt, Outcome, Step, Why
from yumen.observe import Redactor, start_tracing

tracing = pytest.importorskip("yumen.observe.tracing", reason="OpenTelemetry is an optional extra")
export = pytest.importorskip("opentelemetry.sdk.trace.export")
memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")


def spans_of(exchange: SimpleNamespace) -> list:
    """The spans that one exchange makes."""
    exporter = memory.InMemorySpanExporter()
    traces = tracing.Tracing(Redactor(), export.SimpleSpanProcessor(exporter))
    traces(exchange)
    traces.stop()
    return list(exporter.get_finished_spans())


def test_an_exchange_is_one_span() -> None:
    """Name, times and attributes follow the GenAI conventions."""
    (span,) = spans_of(make_exchange(usage=Usage(10, 20, 3, 4, 5)))
    assert span.name == "chat claude-opus-5-5"
    assert (span.start_time, span.end_time) == (START_US * 1000, START_US * 1000 + 834_000_000)
    expected = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "anthropic",
        "gen_ai.request.model": "claude-opus-5-5",
        "gen_ai.response.model": "claude-opus-5-5",
        "gen_ai.request.max_tokens": 100,
        "gen_ai.response.finish_reasons": ("end_turn",),
        "gen_ai.usage.input_tokens": 22,
        "gen_ai.usage.output_tokens": 20,
        "gen_ai.usage.cache_read.input_tokens": 3,
        "gen_ai.usage.cache_creation.input_tokens": 9,
        "http.response.status_code": 200,
        "yumen.cost_nanousd": 440_500,
        "yumen.outcome": "answered",
    }
    assert expected.items() <= dict(span.attributes).items()
    assert span.parent is None


def test_each_attempt_is_an_event() -> None:
    """When it ended, where it went, what it brought and why another followed."""
    tries = [Attempt("a", 529, 2000, None, 1000, step=Step.ELSEWHERE, why=Why.BUSY, wait_us=7), Attempt("b", 200, 5, None, 9000, "theirs")]
    (span,) = spans_of(make_exchange(attempts=tries, limit_wait_us=12))
    assert [event.timestamp for event in span.events] == [(START_US + 3000) * 1000, (START_US + 9005) * 1000]
    expected = {"yumen.upstream": "a", "http.response.status_code": 529, "yumen.step": "elsewhere", "yumen.why": "busy", "yumen.wait_us": 7}
    assert expected.items() <= dict(span.events[0].attributes).items()
    assert [event.attributes.get("gen_ai.request.model") for event in span.events] == [None, "theirs"]
    assert span.attributes["yumen.limit_wait_us"] == 12


def test_the_callers_span_is_the_parent() -> None:
    """A `traceparent` of the caller's is honoured."""
    header = {b"traceparent": b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
    (span,) = spans_of(make_exchange(request=SimpleNamespace(method="POST", path="/v1/messages", header=header.get)))
    assert f"{span.context.trace_id:032x}" == "0af7651916cd43dd8448eb211c80319c"
    assert f"{span.parent.span_id:016x}" == "b7ad6b7169203331"


def test_rubbish_in_its_place_is_passed_over() -> None:
    """A malformed `traceparent` makes a span without a parent."""
    (span,) = spans_of(make_exchange(request=SimpleNamespace(method="GET", path="/v1/models", header=lambda _: b"\xff rubbish")))
    assert span.parent is None


def test_a_fault_is_an_error() -> None:
    """The status says error, with the fault's name and sentence."""
    (span,) = spans_of(make_exchange(fault=UpstreamTimeout(), outcome=Outcome.FAILED, status=504, usage=None, cost=None, principal=None))
    assert span.status.status_code.name == "ERROR"
    assert span.attributes["error.type"] == "UpstreamTimeout"


def test_no_secret_gets_in() -> None:
    """Every text of a span passes through the one place where secrets are taken out."""
    key = "yk-production-0123456789abcdefghijklmn-" + "S" * 49
    (span,) = spans_of(make_exchange(view=RequestView(model=key), model_answered=key, stop_reason=key, fault=UpstreamTimeout(key)))
    assert "SSSS" not in span.to_json()


def test_traces_are_off_until_a_collector_is_named() -> None:
    """Without the variable nothing is loaded."""
    assert start_tracing({}, Redactor()) is None
    assert start_tracing({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"}, Redactor()) is None


def test_a_missing_extra_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks for traces without the extra is told how to install it."""
    monkeypatch.setitem(__import__("sys").modules, "yumen.observe.tracing", None)
    with pytest.raises(OperatorError, match="yumen\\[otel\\]"):
        start_tracing({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}, Redactor())
