"""`yumen check` from the command line: its formats, its exit code, its words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from lxml import etree

from tests.lab.test_command import command
from yumen.client.local_sandbox import sandbox_url
from yumen.client.loop import shared
from yumen.http import Reply, Request, ServerOptions, serve
from yumen.lab.check import CHECKS, Finding, Report, as_junit
from yumen.lab.check.values import flaw
from yumen.sandbox import SandboxOptions

SCHEMA = Path(__file__).parent / "junit.xsd"


@pytest.fixture
def url() -> str:
    """The address of the lenient sandbox."""
    return sandbox_url(SandboxOptions())


@pytest.fixture
def broken() -> Iterator[str]:
    """The address of a server that answers everything with one word."""

    async def handle(request: Request, reply: Reply) -> None:
        await request.read(1 << 20)
        reply.send(200, [(b"content-type", b"text/plain")], b"OK")

    server = shared().run(serve(handle, "127.0.0.1", 0, ServerOptions(refuse=lambda _: (400, [], b""))))
    yield f"http://127.0.0.1:{server.port}"
    shared().run(server.drain(0))


def test_text(url: str) -> None:
    """Each check is a row; what is remarked has its source; how many requests go out is said before."""
    ran = command("check", url)
    assert ran.code == 0, ran.err
    assert "31 small requests go to" in ran.err
    rows = ran.out.splitlines()
    assert rows[0].split("\t") == ["outcome", "severity", "check", "what is promised"]
    assert "passed\tmust\tmessage.shape\ta message has its members, each of its type" in rows
    assert "error.unknown_model: the status is 200, not 404 (https://platform.claude.com/docs/en/api/errors)" in rows
    assert rows[-1].endswith("speaks Claude's protocol: 50 passed, 3 failed, 1 not offered, 0 skipped")


def test_in_chinese(url: str) -> None:
    """A Chinese reader gets it in Chinese."""
    ran = command("check", url, "--only", "error.unknown_model", language="zh_CN.UTF-8")
    assert "未通过\t应当\terror.unknown_model\t未知模型为 404" in ran.out
    assert "状态码是 200，应为 404" in ran.out


def test_a_server_that_fails(broken: str) -> None:
    """Where a must fails the exit code is 1, and the report is written all the same."""
    ran = command("check", broken, "--only", "stream", "--format", "json")
    assert ran.code == 1
    told = json.loads(ran.out)
    assert told["conforms"] is False
    assert told["counts"]["passed"] == 0
    assert {check["outcome"] for check in told["checks"]} == {"failed"}
    assert "does not speak" in command("check", broken, "--only", "stream").out


def test_junit(url: str, tmp_path: Path) -> None:
    """The XML counts as it says, and a should that fails leaves a CI green with its reason."""
    path = tmp_path / "check.xml"
    assert command("check", url, "--format", "junit", "--out", str(path)).code == 0
    suite = ET.parse(path).getroot().find("testsuite")  # noqa: S314  (it is ours)
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == (str(len(CHECKS)), "0", "4")
    assert len(suite.findall("testcase/skipped")) == 4


def test_junit_is_valid_whatever_a_server_says() -> None:
    """The XML fits the schema of JUnit's, also with what no XML can hold."""
    findings = tuple(
        Finding(check, flaw("{said}", said="<&\"'\x00\x1b\ud800]]>玉门") if number % 2 else None) for number, check in enumerate(CHECKS)
    )
    report = as_junit(Report("http://x/?a=1&b=<", "m\x07", 3, findings))
    etree.XMLSchema(etree.parse(SCHEMA)).assertValid(etree.fromstring(report.encode()))
    assert "玉门" in report


def test_slips(url: str, tmp_path: Path) -> None:
    """A slip is one sentence."""
    assert "no check is called steam" in command("check", url, "--only", "steam").err
    assert "cannot be written" in command("check", url, "--only", "count.shape", "--out", str(tmp_path / "no" / "x")).err
    assert "does not answer" in command("check", "http://127.0.0.1:9").err
    assert command("check", "http://example.invalid", "--key", "env:NOWHERE").code == 1


def test_the_key_is_fetched_and_not_shown(url: str) -> None:
    """The key comes by its reference and stands in no report."""
    ran = command("check", url, "--key", "env:MINE", "--only", "message", MINE="sk-ant-secret-thing")
    assert ran.code == 0, ran.err
    assert "secret-thing" not in ran.out + ran.err
