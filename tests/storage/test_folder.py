"""The data folder is its owner's alone and serves one process."""

import fcntl
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from yumen.errors import OperatorError
from yumen.storage import DataFolder


def mode(path: Path) -> int:
    """The permission bits of a path."""
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def _wide_umask() -> Iterator[None]:
    """Whatever the umask says, the modes are ours."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_what_is_made_is_private(tmp_path: Path) -> None:
    """Folders are 0700 and files 0600, whatever the umask."""
    folder = DataFolder(tmp_path / "a" / "data")
    assert mode(folder.path) == 0o700
    assert mode(folder.folder("journal")) == 0o700
    assert mode(folder.file("claude_api.log")) == 0o600
    assert folder.database_url == f"sqlite+aiosqlite:///{folder.path}/yumen.db"
    assert mode(folder.path / "yumen.db") == 0o600


@pytest.mark.parametrize("wide", [0o750, 0o705, 0o701, 0o777])
def test_a_wider_folder_is_refused(tmp_path: Path, wide: int) -> None:
    """A folder that others can enter is refused, and the sentence says how to mend it."""
    tmp_path.chmod(wide)
    with pytest.raises(OperatorError, match="chmod 0700"):
        DataFolder(tmp_path)


def test_a_wider_file_is_refused(tmp_path: Path) -> None:
    """A file that others can read is refused."""
    folder = DataFolder(tmp_path / "data")
    folder.file("yumen.db").chmod(0o640)
    with pytest.raises(OperatorError, match="chmod 0600"):
        _ = folder.database_url


def test_a_link_in_a_files_place_is_refused(tmp_path: Path) -> None:
    """A symbolic link cannot lead our writing elsewhere."""
    folder = DataFolder(tmp_path / "data")
    (folder.path / "yumen.db").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OperatorError):
        folder.file("yumen.db")


def test_looking_at_a_file_drops_no_lock_on_it(tmp_path: Path) -> None:
    """Closing a descriptor drops all of a process's locks on its file: one that is there is not opened, or SQLite's would be gone."""
    folder = DataFolder(tmp_path / "data")
    code = "import fcntl, sys; fcntl.lockf(open(sys.argv[1], 'r+'), fcntl.LOCK_EX | fcntl.LOCK_NB)"
    with folder.file("yumen.db").open("r+") as held:
        fcntl.lockf(held, fcntl.LOCK_EX)
        _ = folder.database_url
        other = subprocess.run([sys.executable, "-c", code, str(folder.path / "yumen.db")], check=False, capture_output=True)
    assert b"BlockingIOError" in other.stderr


def test_a_folder_in_a_files_place_is_refused(tmp_path: Path) -> None:
    """What is no file is named as what it is."""
    folder = DataFolder(tmp_path / "data")
    folder.folder("yumen.db")
    with pytest.raises(OperatorError, match="Is a directory"):
        folder.file("yumen.db")


def test_a_file_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    """A data folder that cannot be made is one sentence, not a traceback."""
    (tmp_path / "data").touch()
    with pytest.raises(OperatorError, match="cannot make"):
        DataFolder(tmp_path / "data")


def test_one_process_serves(tmp_path: Path) -> None:
    """A second lock on the same folder is refused; after the first is let go, it is granted."""
    folder = DataFolder(tmp_path / "data")
    with folder.lock(), pytest.raises(OperatorError, match="another yumen"), folder.lock():
        pass
    with folder.lock():
        pass


def test_a_dead_process_holds_nothing(tmp_path: Path) -> None:
    """The kernel lets go of the lock of a process that ended without a word."""
    folder = DataFolder(tmp_path / "data")
    code = "import fcntl, os, sys; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); os._exit(9)"
    subprocess.run([sys.executable, "-c", code, str(folder.file("serve.lock"))], check=False)
    with folder.lock(), (folder.path / "serve.lock").open() as file, pytest.raises(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_dead_process_whose_children_still_end_is_waited_for(tmp_path: Path) -> None:
    """Whoever starts right after a death waits for the dead one's children, which inherited the lock, instead of being refused."""
    folder = DataFolder(tmp_path / "data")
    code = (
        "import os, subprocess, sys\n"
        "from pathlib import Path\n"
        "from yumen.storage import DataFolder\n"
        "with DataFolder(Path(sys.argv[1])).lock() as held:\n"
        "    subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(0.5)'], pass_fds=[held])\n"
        "    os._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(folder.path)], check=False)
    with (folder.path / "serve.lock").open() as file, pytest.raises(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with folder.lock():
        pass
