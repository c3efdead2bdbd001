"""Secrets in files, `file:PATH`: read anew at each fetch, so that a mounted secret of Kubernetes or Docker may rotate."""

from __future__ import annotations

from pathlib import Path

from yumen.secrets.values import Reference, SecretForbidden, SecretMissing, Stage, StoreUnavailable

MAX_BYTES = 64 * 1024
"""A longer file is no secret: somebody named the wrong one, or a device that never ends."""


class FileSource:
    """A `Source`: the files of this machine. It keeps none open, since a mount replaces them by others of the same name."""

    def fetch(self, reference: Reference, stage: Stage = Stage.CURRENT) -> str:
        """Return the file's text.

        Raises SecretMissing where it is not there, is no text, is too long, or may not be read; StoreUnavailable where its disk fails.
        """
        if stage is not Stage.CURRENT:
            raise SecretMissing("{secret}: a file keeps one value alone.", secret=reference)
        try:
            with Path(reference.name).expanduser().open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except PermissionError as error:
            raise SecretForbidden(
                "{secret}: may not be read by the user of this process: {reason}.", secret=reference, reason=error.strerror
            ) from None
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError, RuntimeError) as error:
            raise SecretMissing(
                "{secret}: cannot be read: {reason}.", secret=reference, reason=getattr(error, "strerror", None) or error
            ) from None
        except OSError as error:
            raise StoreUnavailable(
                "{secret}: cannot be read now: {reason}.", secret=reference, reason=error.strerror or type(error).__name__
            ) from None
        if len(content) > MAX_BYTES:
            raise SecretMissing(
                "{secret}: is longer than {kilobytes} KB, so it is no secret.", secret=reference, kilobytes=MAX_BYTES // 1024
            )
        try:
            return content.decode()
        except UnicodeDecodeError:
            raise SecretMissing("{secret}: is no text in UTF-8.", secret=reference) from None
