"""The keys of content in a gateway: what the setting leads to is tried at the start, and hidden from the log."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from tests.isolation.keys import FIRST, add_organizations
from yumen.app.ground import Ground
from yumen.app.keyring import open_keyring
from yumen.errors import ContentKeyUnavailable, OperatorError
from yumen.observe import Health, Redactor
from yumen.secrets import Reference, Stage, StoreUnavailable
from yumen.settings import Settings
from yumen.settings.encryption import Encryption
from yumen.settings.sources import Sources
from yumen.storage import Database
from yumen.testing import JumpingClock


class Store:
    """A store of secrets that is away until it is not."""

    def __init__(self, text: str | None = None) -> None:
        """Hold a text; None: be away."""
        self.text = text

    def fetch(self, _: Reference, __: Stage = Stage.CURRENT) -> str:
        """Return it."""
        if self.text is None:
            raise StoreUnavailable("the store is away")
        return self.text


def ground_on(folder: Path, closing: ExitStack, reference: str | None) -> Ground:
    """The ground of a gateway with that setting."""
    clock = JumpingClock()
    settings = Settings(data=str(folder), encryption=Encryption(reference))
    parts = {"settings": settings, "clock": clock, "redactor": Redactor(), "health": Health(clock), "closing": closing}
    return cast("Ground", SimpleNamespace(**parts))


@pytest.fixture
def closing() -> ExitStack:
    """What ends with the gateway."""
    return ExitStack()


@pytest.fixture
async def database(sqlite_database: Database) -> Database:
    """A migrated database in a file."""
    await add_organizations(sqlite_database)
    return sqlite_database


WEAK = [("", "not set"), ("correct horse", "openssl rand -base64 32")]


@pytest.mark.parametrize(("text", "said"), WEAK)
async def test_a_key_that_is_none_stops_the_start(database: Database, closing: ExitStack, tmp_path: Path, text: str, said: str) -> None:
    """A setting that leads nowhere, or to a weak key, is refused before anything is served."""
    with closing, pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONTENT_KEY", text)
        with pytest.raises(OperatorError, match=said):
            await open_keyring(ground_on(tmp_path, closing, "env:CONTENT_KEY"), database)


async def test_a_store_that_is_away_may_come_back(
    database: Database, tmp_path: Path, closing: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gateway starts without it, refuses content alone, says so in its health, and recovers by itself, asked or not."""
    store = Store()
    monkeypatch.setattr(Sources, "of", lambda _, __: store)
    with closing:
        ground = ground_on(tmp_path, closing, "vault:a/b#c")
        keyring = await open_keyring(ground, database)
        with pytest.raises(ContentKeyUnavailable):
            await keyring.sealer("org_1")
        await ground.health.look()
        assert [line.partition("): ")[2].partition(" ")[0] for line in ground.health.lines()] == ["down"]
        store.text = FIRST
        cast("JumpingClock", ground.clock).move(6_000_000)
        await ground.health.look()
        assert [line.partition("): ")[2].partition(" ")[0] for line in ground.health.lines()] == ["up"]
        sealer = await keyring.sealer("org_1")
        assert sealer.open(sealer.seal(b"a", b"b"), b"b") == b"a"
        assert FIRST not in ground.redactor.clean(f"the key is {FIRST}.")


async def test_without_a_setting_no_key_is_made_before_it_is_needed(database: Database, tmp_path: Path, closing: ExitStack) -> None:
    """A gateway that stores no content has no `content.key`."""
    with closing:
        keyring = await open_keyring(ground_on(tmp_path, closing, None), database)
        assert not (tmp_path / "content.key").exists()
        await keyring.sealer("org_1")
        assert (tmp_path / "content.key").exists()
    await database.dispose()
