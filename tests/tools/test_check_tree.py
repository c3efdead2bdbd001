"""The check of the tree finds what it is there for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import check_tree


@pytest.fixture
def root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Let the check look at a tree of the test's own."""
    monkeypatch.setattr(check_tree, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("notes.md", "see https://py" + "pi.org/simple", "names a package registry"),
        ("package-lock.json", '"resolved": "https://registry.npm' + 'js.org/x"', "names a package registry"),
        ("run.sh", "cd /ho" + "me/somebody/yumen", "developer's machine"),
        ("merge.md", "<<<<" + "<<< HEAD", "conflict marker"),
        ("src/long.py", "x = 1\n" * 401, "is the wall"),
        ("src/utils.py", "x = 1\n", "says nothing"),
    ],
)
def test_found(root: Path, name: str, text: str, found: str) -> None:
    """Each thing that must not be in the tree is named with its file."""
    path = root / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    [wrong] = check_tree.look_at(path)
    assert wrong.startswith(name)
    assert found in wrong


@pytest.mark.parametrize("text", ["Install it from your index.", "GET /v1/messages", "cp -r work/main elsewhere", "x = 1\n" * 400])
def test_left_alone(root: Path, text: str) -> None:
    """What may be there is not complained of."""
    path = root / "file.py"
    path.write_text(text)
    assert check_tree.look_at(path) == []


def test_locks_hold_no_address() -> None:
    """Every lock pins by hash and leaves the index to the machine."""
    locks = [lock for lock in Path(__file__).parents[2].glob("**/requirements*.lock") if not {".venv", ".clients"} & set(lock.parts)]
    assert len(locks) >= 7
    for lock in locks:
        text = lock.read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text
