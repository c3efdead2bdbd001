"""The environment's source and the files' keep what every source promises."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from yumen.secrets import Reference, SecretMissing, StoreUnavailable
from yumen.secrets.env import EnvSource
from yumen.secrets.file import MAX_BYTES, FileSource
from yumen.testing.secret_source import SecretBench, SecretSourceSuite


class TestEnvironment(SecretSourceSuite):
    """A variable."""

    @pytest.fixture
    def bench(self) -> SecretBench:
        """An environment of each test's own."""
        environ: dict[str, str] = {}
        return SecretBench(
            EnvSource(environ), Reference("env", "KEY"), lambda text: environ.update(KEY=text), remove=lambda: environ.update(KEY=" ")
        )


class TestFile(SecretSourceSuite):
    """A file, replaced as Kubernetes does: the name leads to another folder."""

    @pytest.fixture
    def bench(self, tmp_path: Path) -> SecretBench:
        """A mounted folder of each test's own."""
        folders = iter(tmp_path / str(number) for number in range(9))
        link = tmp_path / "mounted"

        def put(text: str) -> None:
            folder = next(folders)
            folder.mkdir()
            (folder / "key").write_bytes(text.encode())
            (tmp_path / "new").symlink_to(folder)
            (tmp_path / "new").rename(link)

        return SecretBench(FileSource(), Reference("file", str(link / "key")), put, remove=link.unlink)


def test_what_is_no_secrets_file(tmp_path: Path) -> None:
    """A folder, a file without an end, one that is no text: named, and never read on."""
    (tmp_path / "binary").write_bytes(b"\xff\xfeK\x00")
    (tmp_path / "long").write_bytes(b"a" * (MAX_BYTES + 1))
    for name in ("binary", "long", "missing", "binary/below", "."):
        with pytest.raises(SecretMissing, match=str(tmp_path)):
            FileSource().fetch(Reference("file", str(tmp_path / name)))
    with pytest.raises(SecretMissing, match="longer than 64 KB"):
        FileSource().fetch(Reference("file", "/dev/zero"))


def test_a_disk_that_fails_is_away(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An error of the disk, or of a network's file system, may pass; it does not say that the file is not there."""

    @contextmanager
    def failing(*_: object) -> Iterator[None]:
        raise OSError(5, os.strerror(5))
        yield

    monkeypatch.setattr(Path, "open", failing)
    with pytest.raises(StoreUnavailable, match="Input/output error"):
        FileSource().fetch(Reference("file", str(tmp_path / "key")))
