"""What the README says is run as it stands: its commands in a shell, its programs with the real SDKs, in both languages."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.gateway import ADDRESS, PATIENCE_S, ROOT, YUMEN, Gateway, clean_environment, wait_for

READMES = ["README.md", "README.zh-CN.md"]
FENCE = re.compile(r"(?P<before>[^\n]*)\n```(?P<language>python|js|sh)\n(?P<source>.*?)^```$", re.MULTILINE | re.DOTALL)
CLIENTS = ROOT / ".clients"


class Block(NamedTuple):
    """A piece of the README that can be run."""

    readme: str
    language: str
    source: str

    def __str__(self) -> str:
        """Name the test after the block's first telling line."""
        return f"{self.readme}-{self.language}-{self.source.strip().splitlines()[0][:40]}"


def blocks(readme: str) -> list[Block]:
    """Return what is to be run; what is not says why in a comment above it."""
    text = (ROOT / readme).read_text()
    return [Block(readme, found["language"], found["source"]) for found in FENCE.finditer(text) if "not run" not in found["before"]]


class Reader(NamedTuple):
    """Whoever follows a page from its beginning: one gateway for all of it, the key that would be pasted, and the admin key."""

    gateway: Gateway
    key: str
    admin_key: str


@pytest.fixture(scope="module")
def reader_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Reader]]:
    """Return a function that gives the reader of a page."""
    with ExitStack() as closing:

        @cache
        def reader(readme: str) -> Reader:
            gateway = closing.enter_context(Gateway(tmp_path_factory.mktemp(readme)))
            return Reader(gateway, gateway.new_key("reader"), gateway.new_key("boss", "--kind", "admin"))

        yield reader


@pytest.mark.clients
@pytest.mark.pages
@pytest.mark.parametrize("block", [pytest.param(block, id=str(block)) for readme in READMES for block in blocks(readme)])
def test_block(block: Block, reader_of: Callable[[str], Reader], tmp_path: Path) -> None:
    """A block of the README ends well and says something."""
    gateway, key, admin_key = reader_of(block.readme)
    command = prepare(block, gateway, tmp_path)
    out, err = tmp_path / "out", tmp_path / "err"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        outcome = subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            cwd=tmp_path,
            env=clean_environment(
                HOME=str(tmp_path),
                XDG_DATA_HOME=str(tmp_path),
                ANTHROPIC_BASE_URL=gateway.url,
                ANTHROPIC_API_KEY=key,
                YUMEN_CONTROL_URL=gateway.control_url,
                YUMEN_ADMIN_KEY=admin_key,
            ),
            timeout=PATIENCE_S,
        )
    assert outcome.returncode == 0, err.read_text() + out.read_text()
    assert out.read_text().strip()


def prepare(block: Block, gateway: Gateway, folder: Path) -> list[str]:
    """Write a block to a file in a folder that looks like the checkout, and return the command for it."""
    match block.language:
        case "python":
            # What imports the library runs where it is; all else with an SDK that is not of our choosing.
            interpreter = (
                YUMEN.parent / "python"
                if "import yumen" in block.source or "from yumen" in block.source
                else CLIENTS / "python-2.12" / "bin" / "python"
            )
            program = folder / "block.py"
        case "js":
            interpreter = Path(shutil.which("node") or "missing/node")
            program = folder / "block.mjs"
            (folder / "node_modules").symlink_to(CLIENTS / "node-1" / "node_modules")
        case _:
            interpreter = Path(shutil.which("bash") or "missing/bash")
            program = folder / "block.sh"
            (folder / ".venv").symlink_to(ROOT / ".venv")
            (folder / "data").symlink_to(gateway.data)
    if not interpreter.exists():
        pytest.skip(f"{interpreter} is missing: make setup-test")
    program.write_text(("set -eu\n" if program.suffix == ".sh" else "") + block.source)
    return [str(interpreter), str(program)]


def test_both_languages_run_the_same() -> None:
    """The Chinese page shows the same commands and programs as the English one, but for what is said to Claude."""
    english, chinese = ([(block.language, len(block.source.splitlines())) for block in blocks(readme)] for readme in READMES)
    assert english == chinese


def test_make_run(tmp_path: Path) -> None:
    """`make run` serves without a question and leaves the reader's credential alone."""
    make = shutil.which("make")
    if make is None:
        pytest.skip("make is missing")
    where = ["DATA=" + str(tmp_path / "data"), "ARGS=--listen 127.0.0.1:0 --control 127.0.0.1:0"]
    out, err = tmp_path / "out", tmp_path / "err"
    environment = clean_environment(ANTHROPIC_API_KEY="sk-ant-not-to-be-used")
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = subprocess.Popen(
            [make, "run", *where],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            cwd=ROOT,
            env=environment,
            start_new_session=True,
        )
    try:
        wait_for(lambda: len(set(ADDRESS.findall(out.read_text()))) > 1 or process.poll() is not None, "make run to serve")
        assert process.poll() is None, err.read_text() + out.read_text()
        assert "sk-ant-not-to-be-used" not in out.read_text() + err.read_text()
        assert "sandbox" in out.read_text()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=PATIENCE_S)
