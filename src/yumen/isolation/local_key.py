"""The key of keys in the data folder: `content.key`, its owner's alone, made at first use."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from yumen.isolation.values import LOCAL_KEY, KekUnavailable
from yumen.isolation.wrapping import new_text
from yumen.storage.folder import OTHERS
from yumen.storage.private import write_first

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 4096


class LocalKeyFile:
    """A `LocalKey`: a file of one data folder."""

    def __init__(self, folder: Path) -> None:
        """Stand for that folder's; nothing is made yet."""
        self.path = folder / LOCAL_KEY

    def read(self) -> str | None:
        """Return its text; None where there is none yet. Raises KekUnavailable where it cannot be read, or others could."""
        try:
            with self.path.open("rb") as file:
                if stat.S_IMODE(self.path.stat().st_mode) & OTHERS:
                    raise KekUnavailable("{path} is open to others: run chmod 0600 {path}", path=self.path)
                return file.read(MAX_BYTES).decode("utf-8", "replace")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise KekUnavailable("{path} cannot be read: {reason}", path=self.path, reason=error.strerror or error) from error

    def make(self) -> str:
        """Make it, unless another process was first, and return its text. Raises KekUnavailable."""
        text = new_text()
        try:
            mine = write_first(self.path, text.encode() + b"\n")
        except OSError as error:
            raise KekUnavailable("{path} cannot be written: {reason}", path=self.path, reason=error.strerror or error) from error
        return text if mine else self.read() or ""
