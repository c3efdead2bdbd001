"""Where the first key waits when nobody saw it on a terminal: a file in the data folder that its owner alone can read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from yumen.cli.opened import data_path, opened_ledger
from yumen.keys.form import parse_key
from yumen.keys.values import Credential
from yumen.ledger import Filter
from yumen.organizations.setup import TOKEN_FILE
from yumen.storage import DataFolder
from yumen.storage.folder import FILE_MODE, present

if TYPE_CHECKING:
    from pathlib import Path

    from yumen.settings import Settings

FOLDER = "first-run"
NAME = "key"


def key_file(data: Path) -> Path:
    """Return where the first key waits, whether it does or not."""
    return data / FOLDER / NAME


def keep_key(data: Path, key: str) -> Path:
    """Write the first key down and return where."""
    return keep(key_file(data), data, key)


def keep_setup_token(data: Path, token: str) -> Path:
    """Write the first administrator's set-up token down and return where; it is removed when it is used."""
    return keep(setup_token_file(data), data, token)


def setup_token_file(data: Path) -> Path:
    """Return where the set-up token waits, whether it does or not."""
    return data / TOKEN_FILE


def keep(path: Path, data: Path, secret: str) -> Path:
    """Write a secret into its owner's file alone."""
    DataFolder(data).folder(FOLDER)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, FILE_MODE)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secret + "\n")
    return path


async def forget_used_key(settings: Settings) -> None:
    """Remove the first key's file once the key has been used: from then on it lies where its user keeps secrets."""
    path = key_file(data_path(settings))
    if not present(path):
        return
    key = parse_key(path.read_text(encoding="ascii", errors="replace").strip())
    if isinstance(key, Credential):
        async with opened_ledger(settings) as (reports, _):
            if await reports.find(Filter(key_id=key.key_id), limit=1):
                path.unlink()
