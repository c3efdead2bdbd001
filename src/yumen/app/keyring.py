"""The keys of content in a process: where keys of keys come from, and the keyring that gives out sealers."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

from yumen.alerts import Dependency
from yumen.errors import OperatorError
from yumen.isolation import KekAway, KekUnavailable, Keyring
from yumen.isolation.keks import Keks
from yumen.isolation.local_key import LocalKeyFile
from yumen.isolation.store_sql import SqlDataKeyStore
from yumen.secrets import SecretMissing, StoreUnavailable, judge_text, parse_reference
from yumen.secrets.fetcher import Fetcher
from yumen.settings.sources import Sources

if TYPE_CHECKING:
    from yumen.app.ground import Ground
    from yumen.settings import Settings
    from yumen.storage import Database

log = logging.getLogger("yumen.isolation")

SETTING = "encryption.key"
MODE = "content that needs this key is refused"


async def open_keyring(ground: Ground, database: Database) -> Keyring:
    """Return the keyring of a gateway. Raises OperatorError where the setting leads to no key; a store that is away may come back."""
    sources = Sources(ground.settings.secrets, os.environ, ground.redactor.register)
    ground.closing.callback(sources.close)
    keks = keks_of(ground.settings, sources)
    if ground.settings.encryption.key is not None:
        try:
            await keks.of(keks.reference)
        except KekAway as fault:
            log.warning("content can be neither sealed nor opened yet: %s", fault)
    keyring = Keyring(SqlDataKeyStore(database), keks, ground.clock)
    ground.health.add(SETTING, MODE, keyring.look)
    return keyring


def dependency_of(keyring: Keyring) -> Dependency:
    """Return the keys of content as something that may fail, for the alerts."""
    return Dependency("the keys of content", keyring.look)


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
        except StoreUnavailable as error:
            raise KekAway(error.sentence, **error.values) from None
        except (SecretMissing, OperatorError) as error:
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
