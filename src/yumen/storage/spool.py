"""A body too large to hold: written encrypted to a file without a name, read again as often as needed, gone when closed."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR

from yumen.errors import LedgerUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PIECE_BYTES = 256 * 1024
KEY_BYTES = 32
NONCE_BYTES = 16


class Spool:
    """Bytes on disk under a key that exists in this object alone, so that what stays in the disk's free blocks says nothing."""

    __slots__ = ("_cipher", "_encryptor", "_file", "size")

    def __init__(self, folder: Path) -> None:
        """Make a nameless file in that folder."""
        self._cipher = Cipher(AES256(os.urandom(KEY_BYTES)), CTR(os.urandom(NONCE_BYTES)))
        self._encryptor = self._cipher.encryptor()
        self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115  (closed by `close`)
        self.size = 0

    def write(self, data: bytes) -> None:
        """Append bytes. Raises LedgerUnavailable (the data folder's disk is full)."""
        try:
            view = memoryview(self._encryptor.update(data))
            while view:
                view = view[self._file.write(view) :]
        except OSError as error:
            raise LedgerUnavailable from error
        self.size += len(data)

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes from the start."""
        decryptor = self._cipher.decryptor()
        offset = 0
        while piece := os.pread(self._file.fileno(), PIECE_BYTES, offset):
            offset += len(piece)
            yield decryptor.update(piece)

    def close(self) -> None:
        """Give the disk's room back."""
        self._file.close()
