"""What the pages of the docs show is run as it stands, in both languages: `make pages`, and CI.

A page is read from its beginning by one reader: its blocks run in their order, in one folder, which holds the files of
`tests/docs/files`; blocks of Python make one program. What is not run says why in a comment above it (`<!-- not run: … -->`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest

from tests.gateway import PATIENCE_S, ROOT, YUMEN, Gateway, clean_environment
from tests.test_readme import CLIENTS, FENCE

FILES = Path(__file__).parent / "files"
PAGES = sorted([*(ROOT / "docs").glob("*.md"), *(ROOT / "deploy").glob("*.md"), *(ROOT / "examples" / "tutorial").glob("*.md")])


def blocks(page: Path) -> list[tuple[str, str]]:
    """Return the language and the source of what is to be run, neighbours in Python together."""
    found = [(each["language"], each["source"]) for each in FENCE.finditer(page.read_text()) if "not run" not in each["before"]]
    return [
        part
        for language, alike in groupby(found, lambda each: each[0])
        for part in ([(language, "\n".join(source for _, source in alike))] if language == "python" else alike)
    ]


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    """The gateway of a page's reader."""
    with Gateway(tmp_path / "gateway") as gateway:
        yield gateway


@pytest.fixture
def keys(gateway: Gateway) -> dict[str, str]:
    """A key, and an admin key, as a reader would have exported them."""
    return {
        "ANTHROPIC_BASE_URL": gateway.url,
        "ANTHROPIC_API_KEY": gateway.new_key("reader"),
        "YUMEN_DATA": str(gateway.data),
        "YUMEN_CONTROL_URL": gateway.control_url,
        "YUMEN_ADMIN_KEY": gateway.new_key("boss", "--kind", "admin"),
    }


@pytest.mark.pages
@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page)], ids=lambda page: page.name)
def test_page(page: Path, gateway: Gateway, keys: dict[str, str], tmp_path: Path) -> None:
    """Every block of a page ends well."""
    shutil.copytree(FILES, tmp_path, dirs_exist_ok=True)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    (tmp_path / "data").symlink_to(gateway.data)
    (tmp_path / "node_modules").symlink_to(CLIENTS / "node-1" / "node_modules")
    home = tmp_path / "home"
    home.mkdir()
    environment = clean_environment(HOME=str(home), XDG_DATA_HOME=str(home), PATH=f"{YUMEN.parent}:{os.environ['PATH']}", **keys)
    for number, (language, source) in enumerate(blocks(page), 1):
        command = written(tmp_path, f"block-{number}", language, source)
        ended = subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment,
            timeout=PATIENCE_S,
        )
        assert ended.returncode == 0, f"{source}\n{ended.stderr}{ended.stdout}"


def written(folder: Path, name: str, language: str, source: str) -> list[str]:
    """Write a block to a file, and return the command that runs it."""
    ending, program = {"python": ("py", YUMEN.parent / "python"), "js": ("mjs", "node"), "sh": ("sh", "bash")}[language]
    path = folder / f"{name}.{ending}"
    path.write_text(("set -eu\n" if ending == "sh" else "") + source)
    return [shutil.which(program) or str(program), str(path)]
