"""Organizations' data keys: made once, opened under the right key of keys alone, and known to every process."""

from __future__ import annotations

import asyncio
import base64
import os
import stat
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.isolation.keys import FIRST, SECOND, Secrets, keks, keyring
from yumen.errors import ContentKeyUnavailable
from yumen.isolation import KekUnavailable
from yumen.isolation.store_sql import SqlDataKeyStore, table
from yumen.isolation.wrapping import kek_of
from yumen.storage import Database
from yumen.testing.clock import JumpingClock

S = 1_000_000_000


async def test_two_processes_that_begin_at_once_have_one_key(both: Database, tmp_path: Path) -> None:
    """Of several keyrings that make an organization's first key at the same time all have the same one, and one file."""
    rings = [keyring(both, keks(tmp_path)) for _ in range(4)]
    sealers = await asyncio.gather(*(ring.sealer("org_1") for ring in rings))
    assert len({sealer.derived(b"x") for sealer in sealers}) == 1
    assert sealers[1].open(sealers[0].seal(b"hello", b"here"), b"here") == b"hello"
    assert len(await SqlDataKeyStore(both).keys_of("org_1")) == 1
    assert stat.S_IMODE((tmp_path / "content.key").stat().st_mode) == 0o600
    assert [name for name in os.listdir(tmp_path) if name.startswith("content")] == ["content.key"]  # noqa: PTH208


async def test_organizations_have_nothing_in_common(database: Database, tmp_path: Path) -> None:
    """What one organization sealed opens for no other, and their derived secrets differ."""
    ring = keyring(database, keks(tmp_path))
    one, other = await ring.sealer("org_1"), await ring.sealer("org_2")
    with pytest.raises(ContentKeyUnavailable):
        other.open(one.seal(b"hello", b"here"), b"here")
    assert one.derived(b"x") != other.derived(b"x")


async def test_a_data_key_opens_as_its_own_organizations_alone(database: Database, tmp_path: Path) -> None:
    """A data key that somebody moves to another organization's rows in the database does not open there."""
    await keyring(database, keks(tmp_path)).sealer("org_1")
    async with database.begin() as connection:
        await connection.execute(sa.update(table).values(organization_id="org_2"))
    with pytest.raises(ContentKeyUnavailable):
        await keyring(database, keks(tmp_path)).sealer("org_2")


async def test_another_machine_with_another_key_is_told_so(database: Database, tmp_path: Path) -> None:
    """A machine without the key of keys, or with another one, opens nothing, makes no key of its own, and says what to set."""
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    here.mkdir()
    elsewhere.mkdir()
    await keyring(database, keks(here)).sealer("org_1")
    for organization in ("org_1", "org_2"):
        ring = keyring(database, keks(elsewhere))
        with pytest.raises(ContentKeyUnavailable):
            await ring.sealer(organization)
        assert "set encryption.key" in str(ring.fault)
        assert not (elsewhere / "content.key").exists()
    (elsewhere / "content.key").touch(0o600)
    (elsewhere / "content.key").write_text(SECOND)
    for organization in ("org_1", "org_2"):
        ring = keyring(database, keks(elsewhere))
        with pytest.raises(ContentKeyUnavailable):
            await ring.sealer(organization)
        assert "set encryption.key to the same reference on every machine" in str(ring.fault)
    assert [key.organization_id for key in await SqlDataKeyStore(database).every()] == ["org_1"]


async def test_a_key_that_comes_back_is_asked_for_again(database: Database, tmp_path: Path) -> None:
    """Where the key of keys cannot be had, requests fail for a moment without asking each time; then it is asked again."""
    clock, secrets = JumpingClock(), Secrets()
    ring = keyring(database, keks(tmp_path, secrets, "env:KEY"), clock)
    for _ in range(3):
        with pytest.raises(ContentKeyUnavailable):
            await ring.sealer("org_1")
    assert secrets.asked == ["env:KEY"]
    assert ring.fault == "env:KEY is away"
    secrets.texts["env:KEY"] = FIRST
    clock.move(3_000_000)
    await ring.sealer("org_1")
    assert ring.fault is None


async def test_what_is_known_serves_on(database: Database, tmp_path: Path) -> None:
    """A process that has the data keys needs neither the key of keys nor the database to go on."""
    clock, secrets = JumpingClock(), Secrets(KEY=FIRST)
    ring = keyring(database, keks(tmp_path, secrets, "env:KEY"), clock)
    sealer = await ring.sealer("org_1")
    secrets.texts.clear()
    async with database.begin() as connection:
        await connection.execute(sa.text("DROP TABLE data_keys"))
    clock.move(60_000_000)
    assert (await ring.sealer("org_1")).open(sealer.seal(b"hello", b"here"), b"here") == b"hello"


async def test_an_erased_organization_gets_no_new_key(both: Database, tmp_path: Path) -> None:
    """Neither a process that still holds its data keys, nor one that never had them, seals for it again; it is nobody's fault."""
    clock = JumpingClock()
    knew, came = keyring(both, keks(tmp_path), clock), keyring(both, keks(tmp_path), clock)
    await knew.sealer("org_1")
    async with both.begin() as connection:
        await connection.execute(sa.text("DELETE FROM data_keys"))
        await connection.execute(sa.text("DELETE FROM organizations WHERE id = 'org_1'"))
    clock.move(6_000_000)
    for ring in (knew, came, knew):
        with pytest.raises(ContentKeyUnavailable):
            await ring.sealer("org_1")
        assert ring.fault is None
    assert await SqlDataKeyStore(both).every() == []


async def test_an_own_reference_is_the_organizations(database: Database, tmp_path: Path) -> None:
    """An organization with a reference of its own has its data keys under that, and the others under the gateway's."""
    async with database.begin() as connection:
        await connection.execute(sa.text("UPDATE organizations SET isolated = 1, content_key = 'env:OWN' WHERE id = 'org_1'"))
    ring = keyring(database, keks(tmp_path, Secrets(KEY=FIRST, OWN=SECOND), "env:KEY"))
    await ring.sealer("org_1")
    await ring.sealer("org_2")
    under = {key.organization_id: key.wrapped_by.split()[0] for key in await SqlDataKeyStore(database).every()}
    assert under == {"org_1": "env:OWN", "org_2": "env:KEY"}


@pytest.mark.parametrize("text", ["", "secret", "a" * 64, "0" * 64, "A" * 43 + "=", "short but with many signs", "ab" * 40])
def test_a_weak_key_is_refused(text: str) -> None:
    """What anybody could guess is no key, and the sentence says how to make one, without the text."""
    with pytest.raises(KekUnavailable, match="openssl rand -base64 32") as refused:
        kek_of("env:KEY", text)
    assert not text or text not in str(refused.value)


def test_forms_of_a_key() -> None:
    """Bytes in hexadecimal, in base64 and in base64 for URLs are the same key; a long text is one too; none is in its `repr`."""
    raw = bytes(range(200, 232))
    standard, url = base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode().rstrip("=")
    forms = [raw.hex(), raw.hex().upper(), standard, url, f" {raw.hex()}\n"]
    assert len({kek_of("env:KEY", form).fingerprint for form in forms}) == 1
    kek = kek_of("env:KEY", SECOND)
    assert kek.fingerprint != kek_of("env:KEY", raw.hex()).fingerprint
    assert repr(kek.key) not in repr(kek)


async def test_a_key_file_that_others_read_is_refused(database: Database, tmp_path: Path) -> None:
    """A `content.key` that group or others may read is not used."""
    await keyring(database, keks(tmp_path)).sealer("org_1")
    (tmp_path / "content.key").chmod(0o640)
    ring = keyring(database, keks(tmp_path))
    with pytest.raises(ContentKeyUnavailable):
        await ring.sealer("org_1")
    assert "chmod 0600" in str(ring.fault)
