"""Rotation: nothing becomes unreadable, whatever ends in the middle of it; placeholders stay what they are."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.isolation.keys import FIRST, SECOND, Secrets, keks, keyring
from yumen.audit import Actor, read_acts
from yumen.isolation import KekUnavailable
from yumen.isolation.rotation import Rotation
from yumen.isolation.store_sql import SqlDataKeyStore
from yumen.storage import Database
from yumen.storage.envelope import ID_BYTES, key_id_of
from yumen.testing.clock import JumpingClock

WHO = Actor("command line:somebody")
ORGANIZATIONS = ("org_1", "org_2")


class Killed(BaseException):
    """The process ends here."""


class Dying:
    """A store whose process ends before, or after, its n-th call."""

    def __init__(self, store: SqlDataKeyStore, calls: int, *, after: bool) -> None:
        """Stand before a store."""
        self._store = store
        self._left = calls
        self._after = after

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  (its methods)
        async def call(*arguments: Any) -> Any:  # noqa: ANN401  (the same)
            self._left -= 1
            if not self._left and not self._after:
                raise Killed
            answer = await getattr(self._store, name)(*arguments)
            if not self._left:
                raise Killed
            return answer

        return call


async def sealed_by_each(database: Database, folder: Path, secrets: Secrets, clock: JumpingClock) -> dict[str, tuple[bytes, bytes]]:
    """What each organization sealed under `env:OLD`, and what it derives."""
    ring = keyring(database, keks(folder, secrets, "env:OLD"), clock)
    sealers = {name: await ring.sealer(name) for name in ORGANIZATIONS}
    return {name: (sealer.seal(name.encode(), b"here"), sealer.derived(b"x")) for name, sealer in sealers.items()}


async def check_all_opens(
    database: Database, folder: Path, secrets: Secrets, sealed: dict[str, tuple[bytes, bytes]], references: Sequence[str]
) -> None:
    """A new process whose setting is one of those opens everything, for each of them or for none."""
    opens = []
    for reference in references:
        ring = keyring(database, keks(folder, secrets, reference))
        for name, (bytes_, derived) in sealed.items():
            with suppress(Exception):
                sealer = await ring.sealer(name)
                assert sealer.open(bytes_, b"here") == name.encode()
                assert sealer.derived(b"x") == derived
                opens.append(name)
    assert set(opens) == set(sealed)


async def test_a_new_data_key_seals_once_everybody_knows_it(both: Database, tmp_path: Path) -> None:
    """What is stored goes on under the old key for the stated seconds, then under the new one; both open, and what is derived stays."""
    clock = JumpingClock()
    here, there = keyring(both, keks(tmp_path), clock), keyring(both, keks(tmp_path), clock)
    before = await here.sealer("org_1")
    sealed, derived = before.seal(b"hello", b"here"), before.derived(b"x")
    rotation = Rotation(SqlDataKeyStore(both), keks(tmp_path), clock)
    new = await rotation.rotate(WHO, "org_1")
    assert len(new.id) == ID_BYTES
    clock.move(6_000_000)
    assert key_id_of((await here.sealer("org_1")).seal(b"", b"")) == key_id_of(sealed)
    clock.move(10_000_000)
    sealer = await here.sealer("org_1")
    later = sealer.seal(b"again", b"here")
    assert key_id_of(later) == new.id
    assert (sealer.open(sealed, b"here"), sealer.derived(b"x")) == (b"hello", derived)
    assert (await there.sealer("org_1")).open(later, b"here") == b"again"
    assert [key.retired_us is None for key in await rotation.keys("org_1")] == [False, True]
    async with both.connect() as connection:
        acts = [(each.act.action, each.act.target, each.act.organization_id) for each in await read_acts(connection)]
    assert acts == [("data_key.create", new.id, "org_1")]


async def test_a_process_that_looked_before_opens_what_the_new_key_sealed(database: Database, tmp_path: Path) -> None:
    """A process that looked at the keys just before a rotation knows the new one before any other seals with it."""
    clock = JumpingClock()
    rotation = Rotation(SqlDataKeyStore(database), keks(tmp_path), clock)
    slow = keyring(database, keks(tmp_path), clock)
    await slow.sealer("org_1")
    await rotation.rotate(WHO, "org_1")
    for _ in range(40):
        new = keyring(database, keks(tmp_path), clock)  # a process that has just begun
        sealed = (await new.sealer("org_1")).seal(b"hello", b"here")
        assert (await slow.sealer("org_1")).open(sealed, b"here") == b"hello"
        clock.move(500_000)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("calls", range(1, 6))
async def test_a_death_in_the_middle_leaves_all_readable(database: Database, tmp_path: Path, calls: int, *, after: bool) -> None:
    """Whenever the process that rewraps ends, before or after any step, each organization's content opens; the next run does the rest."""
    clock, secrets = JumpingClock(), Secrets(OLD=FIRST, NEW=SECOND)
    sealed = await sealed_by_each(database, tmp_path, secrets, clock)
    store = SqlDataKeyStore(database)
    dying: Any = Dying(store, calls, after=after)
    with pytest.raises(Killed):
        await Rotation(dying, keks(tmp_path, secrets, "env:NEW"), clock).rewrap(WHO, None, ["env:OLD"])
    await check_all_opens(database, tmp_path, secrets, sealed, ("env:OLD", "env:NEW"))
    await Rotation(store, keks(tmp_path, secrets, "env:NEW"), clock).rewrap(WHO, None, ["env:OLD"])
    await check_all_opens(database, tmp_path, secrets, sealed, ("env:NEW",))


async def test_a_changed_value_needs_the_old_one(database: Database, tmp_path: Path) -> None:
    """Where the value behind a reference changes, nothing opens until data keys are rewrapped, with the old value at another reference."""
    clock, secrets = JumpingClock(), Secrets(OLD=FIRST)
    sealed = await sealed_by_each(database, tmp_path, secrets, clock)
    secrets.texts |= {"env:OLD": SECOND, "env:BEFORE": FIRST}
    rotation = Rotation(SqlDataKeyStore(database), keks(tmp_path, secrets, "env:OLD"), clock)
    with pytest.raises(KekUnavailable, match="--from"):
        await rotation.rewrap(WHO)
    with pytest.raises(KekUnavailable, match="another key here"):
        await rotation.rotate(WHO, "org_1")
    assert len(await rotation.rewrap(WHO, None, ["env:BEFORE"])) == 2
    assert await rotation.rewrap(WHO) == []
    del secrets.texts["env:BEFORE"]
    await check_all_opens(database, tmp_path, secrets, sealed, ("env:OLD",))


async def test_no_key_is_made_where_one_is_missing(database: Database, tmp_path: Path) -> None:
    """On a machine that lacks the data folder's key, neither rotation nor rewrapping makes another one."""
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    await asyncio.to_thread(lambda: [folder.mkdir() for folder in (here, elsewhere)])
    await keyring(database, keks(here)).sealer("org_1")
    rotation = Rotation(SqlDataKeyStore(database), keks(elsewhere), JumpingClock())
    for work in (rotation.rotate(WHO, "org_1"), rotation.rewrap(WHO)):
        with pytest.raises(KekUnavailable, match="missing in the data folder"):
            await work
    other = keks(elsewhere, Secrets(KEY=FIRST), "env:KEY")
    await keyring(database, other).sealer("org_2")
    with pytest.raises(KekUnavailable, match="missing in the data folder"):
        await rotation.rewrap(WHO, "org_2")
    assert not await asyncio.to_thread(lambda: list(elsewhere.iterdir()))
