"""`yumen support` as it is typed: once, through a pipe, and over HTTP."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.assistants.support.doubles import SHOP
from tests.cli.command import YUMEN, Ran, inside
from tests.gateway import PATIENCE_S, clean_environment, wait_for

ADDRESS = re.compile(r"http://[0-9.]+:[0-9]+")


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing of this machine speak to the client."""
    for name in [name for name in os.environ if name.startswith(("ANTHROPIC_", "CLAUDE_", "YUMEN_"))]:
        monkeypatch.delenv(name)


def support(folder: Path, *arguments: str, **environment: str) -> Ran:
    """Run the command on the shop's documents, within this process."""
    return inside(folder, "support", "--knowledge", str(SHOP), *arguments, **environment)


def test_one_question(tmp_path: Path) -> None:
    """The answer, its sources with their lines, and that it is no Claude."""
    ran = support(tmp_path, "Who pays customs duty?")
    assert ran.code == 0
    assert "paid by the recipient" in ran.out
    assert "(sandbox, not Claude)" in ran.out
    assert "[1] shipping.md, Shipping > Abroad, line 13" in ran.out


def test_in_chinese(tmp_path: Path) -> None:
    """The command's own words follow the environment, the answer follows the question."""
    ran = support(tmp_path, "积分会过期吗", LC_ALL="zh_CN.UTF-8")
    assert "（沙箱输出，并非 Claude）" in ran.out
    assert "[1] 发票与会员.md, 发票与会员 > 积分，第 17 行" in ran.out


def test_through_a_pipe_each_customer_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A question a line, an object a line; who was handed over stays so until released, and can be forgotten."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("Is shipping free?\n\nI want to talk to a human\n"))
    ran = support(tmp_path, "--customer", "anna", "--json")
    first, second = map(json.loads, ran.out.splitlines())
    assert (first["handed_over"], first["citations"][0]["file"], first["sandbox"]) == (None, "shipping.md", True)
    assert second["handed_over"]["reason"] == "person"
    assert "colleague" in support(tmp_path, "--customer", "anna", "Is shipping free?").out
    assert "anna is answered again" in support(tmp_path, "--customer", "anna", "--release").out
    assert "anna is forgotten" in support(tmp_path, "--customer", "anna", "--forget").out
    assert "nothing is remembered of anna" in support(tmp_path, "--customer", "anna", "--forget").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--listen", "0.0.0.0:0"], "name a token with --token"),
        (["--listen", "127.0.0.1:0", "--token", "env:SHORT"], "fewer than 16 characters"),
        (["--listen", "127.0.0.1:0", "--reply-webhook", "https://x"], "needs --webhook-secret"),
        (["--rules", str(SHOP / "returns.md"), "x"], "holds no rules"),
        (["--webhook", "http://example.com/x", "x"], "has no TLS"),
    ],
)
def test_what_will_not_do(tmp_path: Path, arguments: list[str], said: str) -> None:
    """One sentence, exit code 1."""
    ran = support(tmp_path, *arguments, SHORT="short")
    assert ran.code == 1
    assert said in ran.err


def test_over_http(tmp_path: Path) -> None:
    """It says where it listens, answers who has the token, and SIGTERM ends it well."""
    out = tmp_path / "out"
    token = "a-token-that-is-long-enough"
    options = ["--knowledge", str(SHOP), "--data", str(tmp_path / "data"), "--listen", "127.0.0.1:0", "--token", "env:TOKEN"]
    with out.open("wb") as stdout:
        process = subprocess.Popen(
            [str(YUMEN), "support", *options],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.STDOUT,
            env=clean_environment(HOME=str(tmp_path), TOKEN=token),
        )
    try:
        wait_for(lambda: ADDRESS.search(out.read_text()) is not None or process.poll() is not None, "the endpoint to listen")
        found = ADDRESS.search(out.read_text())
        assert found is not None, out.read_text()
        request = urllib.request.Request(  # noqa: S310  (loopback)
            f"{found[0]}/answer",
            json.dumps({"customer": "c", "question": "Who pays customs duty?"}).encode(),
            {"content-type": "application/json", "authorization": f"Bearer {token}"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310  (the same)
            assert json.load(answer)["citations"][0]["file"] == "shipping.md"
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
    finally:
        process.kill()
        process.wait()
    assert "Traceback" not in out.read_text()
