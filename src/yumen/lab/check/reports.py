"""A report for programs: JSON, and JUnit's XML, which every CI reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from yumen.lab.check.values import Outcome

if TYPE_CHECKING:
    from yumen.lab.check.values import Finding, Report

SUITE = "yumen check"


def as_json(report: Report) -> str:
    """Return a report as one JSON object."""
    counts = {outcome.value: report.count(outcome) for outcome in Outcome}
    head: dict[str, Any] = {"url": report.url, "model": report.model, "calls": report.calls, "conforms": report.conforms, "counts": counts}
    return json.dumps(head | {"checks": [as_object(finding) for finding in report.findings]}, ensure_ascii=False, indent=2)


def as_object(finding: Finding) -> dict[str, Any]:
    """Return one finding for programs."""
    check = finding.check
    said = None if finding.remark is None else str(finding.remark)
    return {
        "name": check.name,
        "title": check.title,
        "severity": check.severity.value,
        "source": check.source,
        "outcome": finding.outcome.value,
        "said": said,
    }


def as_junit(report: Report) -> str:
    """Return a report as JUnit's XML. What only should be so is skipped with its reason, so that a CI is red for what must be so alone."""
    cases = "\n".join(map(case, report.findings))
    failures = sum(finding.breaks for finding in report.findings)
    skipped = sum(finding.remark is not None and not finding.breaks for finding in report.findings)
    counts = f'tests="{len(report.findings)}" failures="{failures}" errors="0" skipped="{skipped}" time="0"'
    told = "\n".join(
        f"<property name={quoted(name)} value={quoted(value)}/>" for name, value in (("url", report.url), ("model", report.model))
    )
    suite = f"<testsuite name={quoted(SUITE)} {counts}>\n<properties>\n{told}\n</properties>\n{cases}\n</testsuite>"
    return f'<?xml version="1.0" encoding="utf-8"?>\n<testsuites>\n{suite}\n</testsuites>\n'


def case(finding: Finding) -> str:
    """Return one test case."""
    check = finding.check
    group, _, name = check.name.partition(".")
    opening = f'<testcase classname={quoted(f"{SUITE}.{group}".replace(" ", "."))} name={quoted(f"{name}: {check.title}")} time="0"'
    if finding.remark is None:
        return f"{opening}/>"
    said = f"{check.severity.value}, {finding.outcome.value}: {finding.remark}"
    if finding.breaks:
        kind = quoted(check.severity.value)
        return f"{opening}><failure message={quoted(said)} type={kind}>{text(check.source)}</failure></testcase>"
    return f"{opening}><skipped message={quoted(said)}/></testcase>"


def quoted(value: str) -> str:
    """Return a value as an attribute."""
    return quoteattr(legal(value))


def text(value: str) -> str:
    """Return a value as text."""
    return escape(legal(value))


def legal(value: str) -> str:
    """Return text without what XML 1.0 cannot hold."""
    return "".join(
        letter if letter in "\t\n\r" or " " <= letter <= "\ud7ff" or "\ue000" <= letter <= "\ufffd" or letter >= "\U00010000" else "\ufffd"
        for letter in value
    )
