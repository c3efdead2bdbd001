"""`yumen check` judges: our own gateway, which keeps the protocol, and llama.cpp's own server, whose deviations are known."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from tests.clients.conftest import PROGRAMS, interpreter
from tests.gateway import Gateway, clean_environment
from yumen.lab.check import CHECKS, Outcome, Report, check_server

KEY = "sk-of-llama"
DEVIATIONS = {
    "message.id": "chatcmpl-",
    "message.request_id": "request-id is missing",
    "stop.stop_sequence": "'end_turn', not stop_sequence",
    "stop.tool_use": "not tool_use",
    "version.missing": "200, not 400",
    "version.unknown": "200, not 400",
    "version.sampling": "200, not 400",
    "key.wrong": "no error of Claude's",
    "beta.unknown": "200, not 400",
    "stream.tool": "calls no tool",
    "stream.request_id": "request-id is missing",
    "stream.refused": "200, not 400",
    "error.json": "no error of Claude's",
    "error.missing": "200, not 400",
    "error.empty": "200, not 400",
    "error.role": "200, not 400",
    "error.words": "not refused",
    "error.request_id": "request-id is missing",
    "error.unknown_field": "200, not 400",
    "error.unknown_model": "200, not 404",
    "error.nowhere": "no error of Claude's",
    "models.list": "$.has_more is missing",
}
"""What xllamacpp 2026.10 does otherwise than Claude, with a piece of what is said of it."""
NOT_THERE = {"models.one", "batches.list", "files.list", "complete.shape", "complete.stream", "complete.first", "complete.first_stream"}


def failed(report: Report) -> dict[str, str]:
    """Return what failed, each with what is said of it."""
    return {finding.check.name: str(finding.remark) for finding in report.findings if finding.outcome is Outcome.FAILED}


@pytest.mark.clients
def test_gateway(gateway: Gateway, key: str) -> None:
    """The gateway keeps the protocol. Remarked is what the lenient sandbox lets pass, and that an upstream's error keeps its own id.

    The header beside that error has the gateway's.
    """
    report = check_server(gateway.url, key, "claude-haiku-4-5", CHECKS)
    assert failed(report).keys() == {"beta.unknown", "error.unknown_field", "error.unknown_model", "error.request_id"}
    assert report.conforms
    assert {finding.check.name for finding in report.findings if finding.outcome is Outcome.NOT_OFFERED} <= {"message.limits"}


@pytest.fixture
def llama() -> Iterator[str]:
    """The address of llama.cpp's own server, with one small model."""
    command = [interpreter("llama-cpp"), str(PROGRAMS / "llama_server.py"), KEY]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=clean_environment()
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.kill()  # it would hold on to the connections of its own clients for seconds


@pytest.mark.clients
def test_llama_cpp(llama: str) -> None:
    """A stranger is judged: each known deviation is found, and nothing else is held against it."""
    report = check_server(llama, KEY, "smollm2", CHECKS)
    found = failed(report)
    assert found.keys() == DEVIATIONS.keys()
    assert {name: said for name, said in found.items() if DEVIATIONS[name] not in said} == {}
    assert not report.conforms
    assert {finding.check.name for finding in report.findings if finding.outcome is Outcome.NOT_OFFERED} == NOT_THERE | {"message.limits"}
