"""The keys of content in a process: where keys of keys come from, and the keyring that gives out sealers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from yumen.alerts import Dependency
from yumen.errors import OperatorError
from yumen.isolation import KekUnavailable, Keyring
from yumen.isolation.keks import Keks
from yumen.isolation.local_key import LocalKeyFile
from yumen.isolation.store_sql import SqlDataKeyStore
from yumen.secrets import SecretMissing, StoreUnavailable, judge_text, parse_reference
from yumen.secrets.fetcher import Fetcher
from yumen.settings.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from yumen.app.ground import Ground
    from yumen.settings import Settings
    from yumen.storage import Database

SETTING = "encryption.key"
MODE = "content that needs this key is refused"


def open_keyring(ground: Ground, database: Database) -> Keyring:
    """Return the keyring of a gateway. No key is fetched before the first content is stored or read."""
    sources = Sources(ground.settings.secrets, os.environ, ground.redactor.register)
    ground.closing.callback(sources.close)
    keyring = Keyring(SqlDataKeyStore(database), keks_of(ground.settings, sources), ground.clock)
    ground.health.add(SETTING, MODE, probe_of(keyring))
    return keyring


def dependency_of(keyring: Keyring) -> Dependency:
    """Return the keys of content as something that may fail, for the alerts."""
    return Dependency("the keys of content", probe_of(keyring))


def probe_of(keyring: Keyring) -> Callable[[], Awaitable[str | None]]:
    """Return what says why keys cannot be had."""

    async def probe() -> str | None:
        return keyring.fault

    return probe


def keks_of(settings: Settings, sources: Sources) -> Keks:
    """Return the keys of keys that the settings lead to."""
    return Keks(FetchSecret(sources, settings.secrets.timeout_s), LocalKeyFile(Path(settings.data).expanduser()), settings.encryption.key)


class FetchSecret:
    """Fetches what a reference leads to, each time anew; a store that hangs holds up nobody for longer than its time-out."""

    def __init__(self, sources: Sources, timeout_s: float) -> None:
        """Ask those stores."""
        self._sources = sources
        self._timeout_s = timeout_s
        self._fetchers: dict[str, Fetcher] = {}

    async def __call__(self, reference: str) -> str:
        """Return the secret's text. Raises KekUnavailable."""
        try:
            judged = judge_text(await self._fetcher(reference).fetch())
        except (SecretMissing, StoreUnavailable, OperatorError) as error:
            raise KekUnavailable(error.sentence, **error.values) from None
        if judged.flaw is not None:
            raise KekUnavailable(judged.flaw.value, source=reference)
        self._sources.hide(judged.value)
        return judged.value

    def _fetcher(self, reference: str) -> Fetcher:
        if reference not in self._fetchers:
            named = parse_reference(reference, SETTING)
            self._fetchers[reference] = Fetcher(named, self._sources.of(named), self._timeout_s)
        return self._fetchers[reference]
