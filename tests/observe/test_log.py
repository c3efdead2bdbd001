"""The log says what happened, in a known form, without secrets, and never slows or stops a request."""

import io
import json
import logging
import re
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.observe.making import START_US, make_exchange
from yumen.errors import UpstreamTimeout
from yumen.exchange import Outcome
from yumen.observe import Form, Log, Message, Redactor, RotatingFile, take_over
from yumen.observe.lines import as_json, as_text
from yumen.observe.log import MAX_QUEUED
from yumen.observe.stage import call_line

KEY = "yk-production-0123456789abcdefghijklmn-" + "S" * 49


@pytest.fixture
def console() -> io.StringIO:
    """A console."""
    return io.StringIO()


@pytest.fixture
def log(tmp_path: Path, console: io.StringIO) -> Iterator[Log]:
    """A log with both outputs, not started."""
    made = Log(Redactor(), file=RotatingFile(tmp_path / "claude_api.log", 1 << 20, 180), console=console)
    yield made
    made.stop()


def written(log: Log) -> None:
    """Run the thread until everything is written."""
    log.start()
    log.stop()


def test_a_call_has_the_form_that_people_know() -> None:
    """Local time with a comma, the level, and the numbers by name."""
    line = as_text(call_line(make_exchange()))
    assert re.match(
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,957 - INFO - API call: prompt_length=12, response_time=834ms, model=claude-opus-5-5, ", line
    )
    assert "status=200, outcome=answered, request_id=req_0, key=apikey_1, environment=production, endpoint=messages, stream=no" in line
    assert line.endswith("input_tokens=10, output_tokens=20, cost_microusd=440.5")


def test_a_call_as_json() -> None:
    """The same, as one object."""
    fields = json.loads(as_json(call_line(make_exchange())))
    assert fields["time"] == "2025-11-24T16:00:00.957Z"
    assert (fields["level"], fields["message"], fields["prompt_length"], fields["response_time_ms"]) == ("INFO", "API call", 12, 834)
    assert (fields["cost_microusd"], fields["ttft_ms"], fields["model"], fields["outcome"]) == (440.5, 4, "claude-opus-5-5", "answered")


def test_a_failure_is_a_warning_and_says_why() -> None:
    """What the caller cannot help stands out."""
    line = as_text(
        call_line(make_exchange(status=504, outcome=Outcome.FAILED, fault=UpstreamTimeout(), usage=None, cost=None, principal=None))
    )
    assert " - WARNING - " in line
    assert line.endswith(
        "key=-, environment=-, endpoint=messages, stream=no, input_tokens=0, output_tokens=0, cost_microusd=unknown, fault=UpstreamTimeout"
    )


def test_nobody_can_forge_a_line() -> None:
    """A model's name with line breaks stays within its line, as text and as JSON."""
    exchange = make_exchange(model_answered="x\n2026-01-01 00:00:00,000 - INFO - all is well\r\x1b[2J\ud800")
    assert len(as_text(call_line(exchange)).splitlines()) == 1
    assert "\x1b" not in as_text(call_line(exchange))
    clean = make_exchange(model_answered="x\n2026")
    assert len(as_json(call_line(clean)).splitlines()) == 1


def test_everything_is_written_to_both(log: Log, console: io.StringIO, tmp_path: Path) -> None:
    """File and console get the same lines in their order; the file is private."""
    for number in range(1000):
        log.put(call_line(make_exchange(number)))
    written(log)
    path = tmp_path / "claude_api.log"
    assert path.read_text() == console.getvalue()
    assert [line.split("request_id=")[1].split(",")[0] for line in path.read_text().splitlines()] == [
        f"req_{number}" for number in range(1000)
    ]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert log.dropped == 0


def test_too_many_lines_are_dropped_and_counted(log: Log, console: io.StringIO) -> None:
    """The queue is bounded: what comes beyond it is counted, and what was taken is written."""
    for number in range(MAX_QUEUED + 50):
        log.put(call_line(make_exchange(number)))
    assert log.dropped == 50
    written(log)
    assert len(console.getvalue().splitlines()) == MAX_QUEUED


def test_a_full_disk_is_counted(tmp_path: Path) -> None:
    """Lines that the disk does not take are counted; the process goes on."""
    log = Log(Redactor(), file=RotatingFile(tmp_path / "missing" / "claude_api.log", 1 << 20, 180), console=None)
    log.put(call_line(make_exchange()))
    written(log)
    assert log.dropped == 1


@pytest.mark.parametrize("form", [Form.TEXT, Form.JSON])
def test_planted_secrets_do_not_get_in(tmp_path: Path, console: io.StringIO, form: Form) -> None:
    """Whoever logs whatever: through a call's line, Python's logging, its arguments, a traceback: no secret reaches file or console."""
    redactor = Redactor()
    redactor.register("planted-credential-value")
    log = Log(redactor, file=RotatingFile(tmp_path / "claude_api.log", 1 << 20, 180), console=console, form=form)
    log.put(call_line(make_exchange(model_answered=f"model {KEY}")))
    root = logging.getLogger()
    before = root.handlers[:], root.level
    take_over(log, "INFO")
    try:
        other = logging.getLogger("somebody.else")
        other.info("headers: %r", [(b"x-api-key", KEY.encode()), (b"authorization", b"Bearer abcdefgh")])
        other.debug("not loud enough")
        logging.getLogger("alembic.runtime.plugins").info("not loud enough")
        try:
            raise ValueError(f"cannot use planted-credential-value or {KEY}")  # noqa: TRY301
        except ValueError:
            other.exception("it failed")
    finally:
        root.handlers[:], root.level = before
    written(log)
    for text in (console.getvalue(), (tmp_path / "claude_api.log").read_text()):
        assert "SSSS" not in text
        assert "abcdefgh" not in text
        assert "planted-credential-value" not in text
        assert "it failed" in text
        assert "ValueError: cannot use ***" in text
        assert "not loud enough" not in text


def test_the_thread_writes_while_the_gateway_runs(log: Log, console: io.StringIO) -> None:
    """A line is written without anybody stopping the log."""
    seen = threading.Event()
    console.flush = seen.set
    log.start()
    log.put(Message(START_US, "INFO", "test", "hello"))
    assert seen.wait(60)
    assert console.getvalue().endswith(" - INFO - hello\n")


def test_the_file_is_set_aside_when_it_is_full(tmp_path: Path) -> None:
    """No part grows beyond its size, nothing is lost between them, and parts that are too old are deleted."""
    path = tmp_path / "claude_api.log"
    file = RotatingFile(path, 1000, keep_days=1)
    day_us = 86_400_000_000
    for number in range(10):
        file.write(b"%0299d\n" % number, number * day_us // 4)
    file.close()
    parts = sorted(tmp_path.iterdir())
    assert all(part.stat().st_size <= 1000 for part in parts)
    assert len(parts) == 3
    reopened = RotatingFile(path, 1000, keep_days=1)
    for number in range(10, 14):
        reopened.write(b"%0299d\n" % number, 3 * day_us)
    reopened.close()
    numbers = [int(line) for part in tmp_path.iterdir() for line in part.read_text().split()]
    assert sorted(numbers) == list(range(6, 14))
    assert {stat.S_IMODE(part.stat().st_mode) for part in tmp_path.iterdir()} == {0o600}
