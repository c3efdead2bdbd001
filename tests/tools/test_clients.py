"""What the tests need is fetched where it can be; where not, the tests themselves say what is missing."""

from __future__ import annotations

import importlib
import subprocess
from types import SimpleNamespace

import pytest

from tests.gateway import ROOT


@pytest.mark.parametrize(("user", "asked"), [(0, ["update"]), (1000, [])])
def test_no_browser_keeps_nothing_else_from_being_tested(
    user: int, asked: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who is not root installs nothing; where apt fails, that is said, and all goes on."""
    ran: list[list[str]] = []

    def fail(command: list[str], **_: object) -> SimpleNamespace:
        ran.append(command)
        return SimpleNamespace(returncode=100)

    monkeypatch.syspath_prepend(str(ROOT / "tools"))  # it is a program, which finds its neighbours there
    clients = importlib.import_module("clients")
    monkeypatch.setattr(clients.shutil, "which", lambda name: f"/usr/bin/{name}" if name == "apt-get" else None)
    monkeypatch.setattr(clients.os, "geteuid", lambda: user)
    monkeypatch.setattr(subprocess, "run", fail)
    clients.ensure_browser()
    assert [command[-1] for command in ran] == asked
    assert ("could not install Chromium" in capsys.readouterr().err) is bool(asked)
