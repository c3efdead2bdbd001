"""The whole suite against the sandbox: the strict one keeps every promise, the lenient one all that a client needs."""

from __future__ import annotations

import pytest

from yumen.client.local_sandbox import sandbox_url
from yumen.errors import OperatorError
from yumen.lab.check import CHECKS, MODEL, Outcome, check_server, chosen, needed
from yumen.lab.check.probes import PROBES
from yumen.sandbox import SandboxOptions

LENIENT = {"beta.unknown", "error.unknown_field", "error.unknown_model"}


@pytest.mark.parametrize(("strict", "remarked"), [(True, set()), (False, LENIENT)])
def test_sandbox(*, strict: bool, remarked: set[str]) -> None:
    """Nothing fails but what lenience means, and nothing is left out but the keys that it never compares."""
    report = check_server(sandbox_url(SandboxOptions(strict=strict)), "any", MODEL, CHECKS)
    ended = {outcome: {finding.check.name for finding in report.findings if finding.outcome is outcome} for outcome in Outcome}
    assert ended[Outcome.FAILED] == remarked
    assert ended[Outcome.NOT_OFFERED] == {"key.wrong"}
    assert ended[Outcome.SKIPPED] == set()
    assert report.conforms
    assert report.calls == len(PROBES)


def test_a_model_that_cannot() -> None:
    """What a model refuses is not held against its server."""
    report = check_server(sandbox_url(SandboxOptions(strict=True)), "any", "claude-sonnet-5-5", chosen(["stop.tool_use"]))
    assert [finding.outcome for finding in report.findings] == [Outcome.SKIPPED]


def test_only_what_is_needed_is_asked() -> None:
    """A group of checks sends its own requests alone; a name that nothing has is refused with those that there are."""
    checks = chosen(["stream", "count.shape"])
    assert {check.name.partition(".")[0] for check in checks} == {"stream", "count"}
    assert [probe.name for probe in needed(checks)] == ["stream", "stream tool", "count", "bad stream"]
    with pytest.raises(OperatorError, match=r"no check is called steam: the groups are .*stream"):
        chosen(["steam"])


def test_the_table_is_whole() -> None:
    """Every check has a name of its own and requests that are there; every request is needed, and asks for few tokens."""
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    assert {name for check in CHECKS for name in check.probes} == {probe.name for probe in PROBES}
    assert all(check.source for check in CHECKS)
    most = sum((probe.body.get("max_tokens") or 0) for probe in PROBES if isinstance(probe.body, dict))
    assert most < 500


def test_nobody_answers() -> None:
    """An address where nobody answers is said at once."""
    with pytest.raises(OperatorError, match=r"127\.0\.0\.1:9 does not answer"):
        check_server("http://127.0.0.1:9", None, MODEL, CHECKS)
