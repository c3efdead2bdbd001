"""`kill -9` for real: whoever asks by batches dies when the server has the batch and the disk has not its id."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.gateway import PATIENCE_S, ROOT
from yumen import Claude

QUESTIONS = ["Say exactly: eins", "Say exactly: zwei"]
DIES = f"""
import os, signal
from yumen import Claude
claude = Claude(base_url=os.environ["URL"], api_key="sandbox")
create = claude.messages.batches.create
def create_and_die(**options):
    create(**options)
    os.kill(os.getpid(), signal.SIGKILL)
claude.messages.batches.create = create_and_die
claude.ask_many({QUESTIONS!r}, way="batches", state=os.environ["NOTE"])
"""


def test_a_batch_whose_maker_was_killed_is_found_again(tmp_path: Path) -> None:
    """The next process that asks the same finds it by its custom ids, among others; no second one is made."""
    note = tmp_path / "note.json"
    with Claude(environment="sandbox") as claude:
        url = str(claude.base_url)
        with Claude(base_url=url, api_key="sandbox") as other:
            known = len(list(other.messages.batches.list()))  # all of this process share its sandbox
            other.ask_many(["Say exactly: foreign", "of the same size"], way="batches", state=tmp_path / "other.json")
        environ = {**os.environ, "URL": url, "NOTE": str(note), "PYTHONPATH": str(ROOT / "src")}
        died = subprocess.run([sys.executable, "-c", DIES], check=False, env=environ, timeout=PATIENCE_S)
        assert died.returncode == -signal.SIGKILL
        assert note.exists()
        with Claude(base_url=url, api_key="sandbox") as again:
            assert again.ask_many(QUESTIONS, way="batches", state=note) == ["eins", "zwei"]
            assert len(list(again.messages.batches.list())) == known + 2
    assert not note.exists()
