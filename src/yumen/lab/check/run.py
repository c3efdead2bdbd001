"""Chooses the checks, sends the requests that they need, and judges."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from yumen.errors import OperatorError
from yumen.lab.check.probes import PROBES
from yumen.lab.check.send import Sender
from yumen.lab.check.table import CHECKS
from yumen.lab.check.values import Finding, Report

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from yumen.lab.check.values import Check, Exchange, Probe

MODEL = "claude-haiku-4-5"
"""Asked where nobody named one: it is cheap, and takes a forced tool, which newer models refuse."""


def chosen(only: Collection[str]) -> tuple[Check, ...]:
    """Return the checks whose names fit one of the patterns (`stream.*`), or all. Raises OperatorError where a pattern fits none."""
    for pattern in only:
        if not any(fits(check, pattern) for check in CHECKS):
            names = ", ".join(sorted({check.name.partition(".")[0] for check in CHECKS}))
            raise OperatorError("no check is called {pattern}: the groups are {names}", pattern=pattern, names=names)
    return tuple(check for check in CHECKS if not only or any(fits(check, pattern) for pattern in only))


def fits(check: Check, pattern: str) -> bool:
    """Whether a check has that name, or is of that group."""
    return fnmatchcase(check.name, pattern) or check.name.startswith(f"{pattern}.")


def needed(checks: Collection[Check]) -> tuple[Probe, ...]:
    """Return the requests that checks need, each once."""
    names = {name for check in checks for name in check.probes}
    return tuple(probe for probe in PROBES if probe.name in names)


def judge(checks: Sequence[Check], exchanges: Mapping[str, Exchange]) -> tuple[Finding, ...]:
    """Judge what came back."""
    return tuple(Finding(check, check.judge(*(exchanges[name] for name in check.probes))) for check in checks)


def check_server(url: str, key: str | None, model: str, checks: Sequence[Check], tell: Callable[[], None] = lambda: None) -> Report:
    """Ask a server and judge it; `tell` is called after each answer. Raises OperatorError where nobody answers at all."""
    exchanges: dict[str, Exchange] = {}
    probes = needed(checks)
    with Sender(url, key, model) as sender:
        for probe in probes:
            exchanges[probe.name] = sender.send(probe)
            if len(exchanges) == 1 and not exchanges[probe.name].status:
                raise OperatorError("{url} does not answer: {reason}", url=url, reason=exchanges[probe.name].lost)
            tell()
    return Report(url, model, len(probes), judge(checks, exchanges))
