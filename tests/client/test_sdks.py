"""Other releases of the official SDK: the oldest that there can be, the generation before, an older one of today's, and what is too old."""

from __future__ import annotations

import copy
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import yumen
from tests.gateway import ROOT
from yumen import Claude, OperatorError
from yumen.client import lazy, sdk

PROGRAM = Path(__file__).with_name("old_sdk.py")
WELL = {
    "is": True,
    "said": "Hello.",
    "copied": "Hello.",
    "middleware": 1,
    "forked": 0,
    "renewed": "Hello.",
    "keys": ["good", "good", "good", "k-1", "k-2", "bad", "good"],
    "explained": True,
    "awaited": "Hello.",
    "unreached": ["after 2 attempts"],
    "sandbox": True,
}


@pytest.mark.clients
@pytest.mark.parametrize("release", ["0.108", "1.17", "2.12"])
def test_a_client_stands_on_an_older_sdk_as_on_todays(release: str, tmp_path: Path) -> None:
    """Calls, copies, middleware, a fork, a renewed key, an explained 401, `await` and the sandbox; only the SDK is another."""
    packages = ROOT / ".clients" / f"python-{release}" / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
    environ = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{packages}", "YUMEN_DATA": str(tmp_path)}
    ran = subprocess.run([sys.executable, str(PROGRAM), str(tmp_path / "key")], env=environ, capture_output=True, text=True, check=True)
    told = json.loads(ran.stdout)
    assert told.pop("release").startswith(release)
    assert told == WELL


@pytest.mark.parametrize("release", ["0.75.0", "0.107.1"])
def test_an_sdk_that_is_too_old_is_refused_with_what_to_do(release: str) -> None:
    """They have no middleware."""
    with pytest.raises(OperatorError, match=rf"anthropic {release} is too old for yumen.Claude: pip install 'anthropic>=0.108'"):
        sdk.check_release(release)


@pytest.mark.parametrize("release", ["0.108.0", "0.125.0", "1.17.0", "2.14.0", "3.0.0rc1"])
def test_others_are_taken(release: str) -> None:
    """From the first that has what is needed."""
    sdk.check_release(release)


def test_the_sdk_is_looked_at_before_a_client_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """So the sentence comes before any error of the import."""

    def refuse() -> None:
        raise OperatorError("too old")

    stand_in = lazy.LazyClass("no.such.module", "Claude", refuse)
    with pytest.raises(OperatorError, match="too old"):
        stand_in()
    monkeypatch.setattr("anthropic.__version__", "0.99.0")
    with pytest.raises(OperatorError, match=r"0\.99\.0 is too old"):
        Claude(environment="sandbox")


@pytest.mark.parametrize("name", ["Claude", "AsyncClaude"])
def test_a_stand_in_goes_to_other_processes_by_its_name(name: str) -> None:
    """As a class does: `multiprocessing` pickles what it hands on."""
    stand_in = getattr(yumen, name)
    assert pickle.loads(pickle.dumps(stand_in)) is stand_in  # noqa: S301  (its own)
    assert copy.deepcopy(stand_in) is stand_in
