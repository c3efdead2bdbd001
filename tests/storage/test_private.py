"""Small files of the user's own are whole at every moment, and nobody else's."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from yumen.storage.private import state_folder, write_first, write_whole


def test_a_file_is_its_owners_alone_and_whole(tmp_path: Path) -> None:
    """The folder is 0700, the file 0600; nothing is left beside it, and what was there is replaced."""
    path = tmp_path / "state" / "one.json"
    for data in (b"first", b"second"):
        write_whole(path, data)
        assert path.read_bytes() == data
    assert [each.name for each in path.parent.iterdir()] == ["one.json"]
    assert (path.parent.stat().st_mode & 0o777, path.stat().st_mode & 0o777) == (0o700, 0o600)


def test_what_was_there_stays_until_the_new_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A death before the end leaves the old file as it was."""
    path = tmp_path / "one.json"
    write_whole(path, b"first")

    def die(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", die)
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, b"second")
    assert path.read_bytes() == b"first"


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({"YUMEN_NOTES": "/a", "XDG_STATE_HOME": "/b"}, "/a"),
        ({"XDG_STATE_HOME": "/b"}, "/b/yumen/notes"),
        ({}, "~/.local/state/yumen/notes"),
    ],
)
def test_where_state_is_kept(environ: dict[str, str], folder: str) -> None:
    """The variable of its own comes first, then the desktop's, then the usual place."""
    assert state_folder(environ, "YUMEN_NOTES", "notes") == Path(folder).expanduser()


def test_of_many_that_write_first_one_does(tmp_path: Path) -> None:
    """Whoever comes second leaves the file as it is and no other behind; it is its owner's alone."""
    path = tmp_path / "key"
    with ThreadPoolExecutor(8) as threads:
        written = list(threads.map(lambda number: (number, write_first(path, b"%d" % number)), range(16)))
    assert [b"%d" % number for number, mine in written if mine] == [path.read_bytes()]
    assert list(tmp_path.iterdir()) == [path]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
