"""Whether there are traces: only where the operator names a collector, and then only with the optional extra."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yumen.observe.redact import Redactor
    from yumen.observe.tracing import Tracing

SWITCHES = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


def start_tracing(environment: Mapping[str, str], redactor: Redactor) -> Tracing | None:
    """Return the traces where the environment names a collector, None elsewhere; raise `OperatorError` where the extra is missing."""
    if not any(environment.get(name) for name in SWITCHES) or environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return None
    try:
        from yumen.observe.tracing import Tracing  # noqa: PLC0415  (an optional extra)
    except ImportError as error:
        raise OperatorError("OTEL_EXPORTER_OTLP_ENDPOINT is set, but OpenTelemetry is not installed: pip install 'yumen[otel]'") from error
    return Tracing(redactor)
